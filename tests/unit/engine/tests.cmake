# Accidents of trainers: the engine compiled with them on demand.
add_executable(engine_faults ${CMAKE_CURRENT_LIST_DIR}/faults.c)
tcs_compile(engine_faults)
target_include_directories(engine_faults PRIVATE ${PROJECT_SOURCE_DIR}/tests/unit ${PROJECT_SOURCE_DIR}/src/engine)
target_link_libraries(engine_faults PRIVATE tcs_engine_faults PkgConfig::cunit m)
add_test(NAME unit.engine.faults COMMAND engine_faults)
set_tests_properties(unit.engine.faults PROPERTIES LABELS unit TIMEOUT 300)
