# assay-eval: JSON Lines in, JSON Lines out, over every public function.

file(GLOB ASSAY_EVAL_GENERATED CONFIGURE_DEPENDS "${ASSAY_GENERATED_DIR}/eval/*.cpp")
if(NOT ASSAY_EVAL_GENERATED)
  message(FATAL_ERROR "ASSAY_EVAL=ON needs the generated bindings in ${ASSAY_GENERATED_DIR}: run `npm run build`")
endif()
file(GLOB ASSAY_EVAL_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bindings/eval/*.cpp"
     "${PROJECT_SOURCE_DIR}/bindings/runtime/*.cpp")
assay_find_headers(ASSAY_JSON_INCLUDE nlohmann/json.hpp "nlohmann-json 3.11")

# All but main.cpp is a library, so that fuzzers can call it.
set(ASSAY_EVAL_MAIN "${PROJECT_SOURCE_DIR}/bindings/eval/main.cpp")
list(REMOVE_ITEM ASSAY_EVAL_SOURCES "${ASSAY_EVAL_MAIN}")
add_library(assay_eval_core STATIC ${ASSAY_EVAL_SOURCES} ${ASSAY_EVAL_GENERATED})
assay_configure(assay_eval_core)
target_include_directories(assay_eval_core PUBLIC "${PROJECT_SOURCE_DIR}/bindings" "${ASSAY_GENERATED_DIR}")
target_include_directories(assay_eval_core SYSTEM PUBLIC ${ASSAY_JSON_INCLUDE})
target_link_libraries(assay_eval_core PUBLIC assay::assay)

add_executable(assay-eval "${ASSAY_EVAL_MAIN}")
assay_configure(assay-eval)
target_link_libraries(assay-eval PRIVATE assay_eval_core)
set_target_properties(assay-eval PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
