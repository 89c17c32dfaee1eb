# The tests of the learner share a small problem, and the paper's networks with the benchmarks.
foreach(test_name check bytes curves majority run protocol cost)
  if(TARGET learn_test_${test_name})
    target_sources(learn_test_${test_name} PRIVATE ${CMAKE_CURRENT_LIST_DIR}/problem.c ${PROJECT_SOURCE_DIR}/bench/paper_networks.c)
    target_include_directories(learn_test_${test_name} PRIVATE ${PROJECT_SOURCE_DIR}/bench)
  endif()
endforeach()
