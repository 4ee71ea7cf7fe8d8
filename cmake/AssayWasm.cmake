# assay_wasm: the WebAssembly module of the npm package, assay.js and assay.wasm.

if(NOT EMSCRIPTEN)
  message(FATAL_ERROR "ASSAY_WASM_MODULE=ON needs Emscripten's toolchain file: run `npm run build`")
endif()
file(GLOB ASSAY_WASM_GENERATED CONFIGURE_DEPENDS "${ASSAY_GENERATED_DIR}/wasm/*.cpp")
if(NOT ASSAY_WASM_GENERATED)
  message(FATAL_ERROR "the generated bindings are missing in ${ASSAY_GENERATED_DIR}: run `npm run build`")
endif()
file(GLOB ASSAY_WASM_SOURCES CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/bindings/wasm/*.cpp"
     "${PROJECT_SOURCE_DIR}/bindings/runtime/*.cpp")

# DYNAMIC_EXECUTION=0: pages whose Content-Security-Policy forbids eval can load the module.
set(ASSAY_WASM_LINK_OPTIONS
    -O3
    -sMODULARIZE
    -sEXPORT_ES6
    -sEXPORT_NAME=createAssay
    -sALLOW_MEMORY_GROWTH
    -sMAXIMUM_MEMORY=4GB
    -sSTACK_SIZE=1MB
    -sDYNAMIC_EXECUTION=0
    -sFILESYSTEM=0
    -sENVIRONMENT=web,worker,node
    -sMALLOC=emmalloc
    -sEXPORTED_FUNCTIONS=_malloc,_free
    -sEXPORTED_RUNTIME_METHODS=HEAP8,HEAPU8,HEAP16,HEAPU16,HEAP32,HEAPU32,HEAPF32,HEAPF64
    -lembind)
include("${PROJECT_SOURCE_DIR}/bindings/wasm/link_flags.cmake" OPTIONAL)

add_executable(assay_wasm ${ASSAY_WASM_SOURCES} ${ASSAY_WASM_GENERATED})
assay_configure(assay_wasm)
target_include_directories(assay_wasm PRIVATE "${PROJECT_SOURCE_DIR}/bindings" "${ASSAY_GENERATED_DIR}")
target_link_libraries(assay_wasm PRIVATE assay::assay)
target_link_options(assay_wasm PRIVATE ${ASSAY_WASM_LINK_OPTIONS})
set_target_properties(assay_wasm PROPERTIES OUTPUT_NAME assay SUFFIX .js
                                            RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
