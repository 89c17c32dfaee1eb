# The engine once more with accidents on demand (src/engine/trainer_fault.h), for tests of what becomes of them.
if(TCSWEEP_TESTS)
  add_library(tcs_engine_faults STATIC EXCLUDE_FROM_ALL ${sources})
  tcs_compile(tcs_engine_faults)
  target_compile_definitions(tcs_engine_faults PRIVATE TCSWEEP_FAULTS)
  target_include_directories(tcs_engine_faults PUBLIC ${PROJECT_SOURCE_DIR}/include)
  target_link_libraries(tcs_engine_faults PUBLIC tcs_learn tcs_data tcs_nn tcs_metrics tcs_base PRIVATE m)
endif()
