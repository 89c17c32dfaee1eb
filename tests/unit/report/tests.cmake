# The expected JSON, which the output equals byte for byte, is read by a program that is not ours.
find_program(TCSWEEP_PYTHON python3)
if(TCSWEEP_PYTHON)
  add_test(NAME unit.report.expected_json COMMAND ${TCSWEEP_PYTHON} -m json.tool ${CMAKE_CURRENT_LIST_DIR}/expected/usual.json)
  set_tests_properties(unit.report.expected_json PROPERTIES LABELS unit TIMEOUT 60)
endif()
if(TARGET report_test_memory)
  target_link_options(report_test_memory PRIVATE -Wl,--wrap=calloc,--wrap=realloc,--wrap=vasprintf)
endif()
