# Fuzzers of what reads untrusted text: `cmake -DCMAKE_C_COMPILER=clang -DTCSWEEP_FUZZ=ON`, then for example
# `tests/fuzz_table -max_total_time=60 new_inputs ../tests/fuzz/corpus/table`. They compile the rooms' sources anew, with the
# fuzzer's instrumentation.
option(TCSWEEP_FUZZ "Build the fuzzers (clang only)" OFF)
if(TCSWEEP_FUZZ AND CMAKE_C_COMPILER_ID MATCHES "Clang")
  set(fuzz_directory ${CMAKE_CURRENT_LIST_DIR})
  file(GLOB fuzz_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/base/*.c ${PROJECT_SOURCE_DIR}/src/data/*.c)
  foreach(subject formula table)
    add_executable(fuzz_${subject} ${fuzz_directory}/fuzz_${subject}.c ${fuzz_sources})
    tcs_compile(fuzz_${subject})
    target_compile_options(fuzz_${subject} PRIVATE -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined)
    target_link_options(fuzz_${subject} PRIVATE -fsanitize=fuzzer,address,undefined)
    target_include_directories(fuzz_${subject} PRIVATE ${PROJECT_SOURCE_DIR}/include)
    target_link_libraries(fuzz_${subject} PRIVATE m)
  endforeach()
endif()
