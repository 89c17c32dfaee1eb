# Both networks on every instruction set, each with OpenBLAS's core for it.
add_executable(golden ${CMAKE_CURRENT_LIST_DIR}/golden.c)
tcs_compile(golden)
target_include_directories(golden PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit)
target_link_libraries(golden PRIVATE tcs_nn m)
set(golden_core_baseline Prescott)
set(golden_core_avx2 Haswell)
set(golden_core_avx512 SkylakeX)
foreach(isa baseline avx2 avx512)
  foreach(network fcnn cnn)
    add_test(NAME golden.${network}.${isa}
             COMMAND golden ${CMAKE_CURRENT_LIST_DIR}/${network}.bin ${network} ${isa})
    set_tests_properties(golden.${network}.${isa} PROPERTIES LABELS golden TIMEOUT 300 SKIP_RETURN_CODE 77
                         ENVIRONMENT "OPENBLAS_NUM_THREADS=1;OPENBLAS_CORETYPE=${golden_core_${isa}}")
  endforeach()
endforeach()
