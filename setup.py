"""`pip install --no-build-isolation .`: CMake builds the compiled part, setuptools packs it."""

import os
import subprocess
import sys
from pathlib import Path

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ROOT = Path(__file__).parent.resolve()


class CMakeBuild(build_ext):
    def build_extension(self, extension):
        build = Path(os.environ.get("CAUCE_PYTHON_BUILD", Path(self.build_temp).resolve()))
        target = Path(self.get_ext_fullpath(extension.name)).resolve().parent
        subprocess.run(["cmake", "-S", ROOT, "-B", build, "-G", "Ninja",
                        "-DCMAKE_BUILD_TYPE=Release", "-DCAUCE_TESTS=OFF", "-DCAUCE_PYTHON=ON",
                        f"-DPython3_EXECUTABLE={sys.executable}"], check=True)
        subprocess.run(["cmake", "--build", build, "--target", "cauce_python"], check=True)
        target.mkdir(parents=True, exist_ok=True)
        for built in (build / "python" / "cauce").glob("_core*.so"):
            self.copy_file(str(built), str(target / built.name))


setup(
    packages=["cauce"],
    package_dir={"": "python"},
    package_data={"cauce": ["py.typed", "*.pyi"]},
    ext_modules=[Extension("cauce._core", sources=[])],
    cmdclass={"build_ext": CMakeBuild},
)
