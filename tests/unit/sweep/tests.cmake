# The fuzzer of sweep files: as in tests/fuzz/tests.cmake, which has the option. Only this room is compiled anew with the fuzzer's
# instrumentation; those that it uses are linked as they are.
if(TCSWEEP_FUZZ AND CMAKE_C_COMPILER_ID MATCHES "Clang")
  file(GLOB fuzz_sweep_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/sweep/*.c)
  add_executable(fuzz_sweep ${PROJECT_SOURCE_DIR}/tests/fuzz/fuzz_sweep.c ${fuzz_sweep_sources})
  tcs_compile(fuzz_sweep)
  target_compile_options(fuzz_sweep PRIVATE -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined)
  target_link_options(fuzz_sweep PRIVATE -fsanitize=fuzzer,address,undefined)
  target_link_libraries(fuzz_sweep PRIVATE tcs_learn tcs_data tcs_nn tcs_metrics tcs_base tcs::yaml m)
endif()
