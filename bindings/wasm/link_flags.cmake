# What the facade needs of the loader, beyond the common flags. It reads the file and instantiates it itself (bindings/js/
# module.ts), so that the loader needs nothing of Node, and finds memory and table among the module's own exports.
list(REMOVE_ITEM ASSAY_WASM_LINK_OPTIONS
     -sENVIRONMENT=web,worker,node
     -sEXPORTED_FUNCTIONS=_malloc,_free
     -sEXPORTED_RUNTIME_METHODS=HEAP8,HEAPU8,HEAP16,HEAPU16,HEAP32,HEAPU32,HEAPF32,HEAPF64)
# Every engine with SIMD has bulk memory too; without it, copies of more than 512 bytes would go through JavaScript.
list(APPEND ASSAY_WASM_LINK_OPTIONS -sENVIRONMENT=web,worker -sEXPORTED_RUNTIME_METHODS= -mbulk-memory)
