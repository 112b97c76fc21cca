"""`pip install --no-build-isolation .`: CMake builds the compiled part, setuptools packs it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.command.build_py import build_py

ROOT = Path(__file__).parent.resolve()


class CMakeBuild(build_ext):
    """Builds with the flags of the program: the same preset, without tests and debug symbols."""

    def build_extension(self, extension):
        build = Path(os.environ.get("CAUCE_PYTHON_BUILD", Path(self.build_temp).resolve()))
        target = Path(self.get_ext_fullpath(extension.name)).resolve().parent
        subprocess.run(["cmake", "--preset", "release", "-B", build, "-DCAUCE_TESTS=OFF",
                        f"-DPython3_EXECUTABLE={sys.executable}"], cwd=ROOT, check=True)
        subprocess.run(["cmake", "--build", build, "--target", "cauce_python"], check=True)
        target.mkdir(parents=True, exist_ok=True)
        for built in (build / "python" / "cauce").glob("_core*.so"):
            self.copy_file(str(built), str(target / built.name))
            subprocess.run(["strip", "--strip-debug", target / built.name], check=True)


class WithSystems(build_py):
    """Packs the systems beside the module, so that `cauce.run()` works in any folder."""

    def run(self):
        super().run()
        if not self.editable_mode:
            shutil.copytree(ROOT / "systems", Path(self.build_lib) / "cauce" / "systems",
                            dirs_exist_ok=True)


setup(
    packages=["cauce"],
    package_dir={"": "python"},
    package_data={"cauce": ["py.typed", "*.pyi"]},
    ext_modules=[Extension("cauce._core", sources=[])],
    cmdclass={"build_ext": CMakeBuild, "build_py": WithSystems},
)
