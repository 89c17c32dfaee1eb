#!/usr/bin/env bash
# cmake --install, and the installed program, library, pkg-config and CMake package used from elsewhere.
. "$(dirname "$0")/../common.sh"
expect_code 0 "install" cmake --install "$(dirname "$TCSWEEP")" --prefix "$SCRATCH/prefix"
for file in bin/tcsweep include/tcsweep/status.h share/man/man1/tcsweep.1 share/tcsweep/sweeps/quickstart.yaml \
  share/tcsweep/data/superconductors.csv; do
  [ -s "prefix/$file" ] && pass "$file" || fail "$file is not installed"
done
[ -e prefix/bin/tcsweep-faults ] && fail "the program for tests is installed"
expect_code 0 "the installed program" prefix/bin/tcsweep check prefix/share/tcsweep/sweeps/quickstart.yaml
expect_code 0 "man page" man --warnings=w -l -E UTF-8 prefix/share/man/man1/tcsweep.1
[ -s err ] && { fail "the man page has mistakes"; cat err; }

cat >use.c <<'END'
#include <stdio.h>
#include <string.h>
#include <tcsweep/formula.h>
#include <tcsweep/store.h>
#include <tcsweep/sweep.h>
int main(void) {
    tcs_composition composition;
    tcs_error error = {0};
    tcs_sweep sweep;
    if (tcs_formula_parse("MgB2", 4, false, &composition, NULL, &error) != TCS_OK)
        return 1;
    if (tcs_sweep_read("absent.yaml", &sweep, &error) == TCS_OK)
        return 1;
    printf("%zu elements, HDF5 %s, %s\n", composition.n_elements, tcs_store_library_version(), tcs_error_text(&error));
    tcs_error_clear(&error);
    return 0;
}
END
libdir=$(dirname "$(find prefix -name tcsweep.pc)")
expect_code 0 "pkg-config" env PKG_CONFIG_PATH="$SCRATCH/$libdir" sh -c 'cc use.c -o use $(pkg-config --cflags --libs --static tcsweep)'
expect_code 0 "a program that uses the library" ./use
expect_text out "2 elements"
mkdir package && cat >package/CMakeLists.txt <<'END'
cmake_minimum_required(VERSION 3.20)
project(use C)
find_package(tcsweep REQUIRED)
add_executable(use ../use.c)
target_link_libraries(use tcsweep::tcsweep)
END
expect_code 0 "find_package" cmake -S package -B package/build -DCMAKE_PREFIX_PATH="$SCRATCH/prefix"
expect_code 0 "build with the package" cmake --build package/build
expect_code 0 "that program too" package/build/use
finish
