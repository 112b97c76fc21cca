// The processes that share work: this one alone, or the ranks that `mpirun` or Slurm started.
//
// MPI is initialised only when a launcher's variables are in the environment, so that the same
// program runs without any MPI set-up. Messages are sent without waiting and received by asking;
// all calls come from one thread (MPI_THREAD_FUNNELED).
#pragma once

#include "cauce/study/bytes.hpp"

#include <memory>
#include <optional>

namespace cauce::study {

struct RankMessage {
  int rank = 0; ///< the sender
  int tag = 0;
  Bytes bytes;
};

/// The tag of the message by which the first rank's process says that it ends.
inline constexpr int session_end = 1000;

/// This process's rank as the launcher tells it (0 without one); MPI is not touched.
int launched_rank();

class Ranks {
 public:
  /// The one session of this process, begun at the first call and ended with the process. Throws
  /// Error S106 when a launcher started several ranks and this program was built without MPI.
  static Ranks& session();

  int rank() const { return rank_; }
  int size() const { return size_; }
  /// Processors that this rank may use: those it is bound to, or its share of the node's.
  std::size_t processors() const { return processors_; }

  void send(int to, int tag, Bytes bytes);
  /// A message that has arrived, if any.
  std::optional<RankMessage> receive();
  /// Lets sent messages go out; true when all have.
  bool sent();
  /// The first rank's process has ended (tag `session_end`): no more work will come.
  bool ended() const { return ended_; }
  void set_ended() { ended_ = true; }
  /// Some rank will never answer again: the session ends without waiting for it.
  void give_up_waiting() { abandoned_ = true; }

  Ranks(const Ranks&) = delete;
  Ranks& operator=(const Ranks&) = delete;

 private:
  Ranks();
  ~Ranks();
  struct Outbox;
  std::unique_ptr<Outbox> outbox_;
  int rank_ = 0, size_ = 1;
  std::size_t processors_ = 1;
  bool abandoned_ = false, ended_ = false;
};

} // namespace cauce::study
