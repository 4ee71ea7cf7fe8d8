// ASSAY_INLINE: always inline. Kernel headers are compiled once per instruction set; a helper without the
// Arch in its name must leave no symbol behind, or the linker might keep the AVX-512 copy for every
// processor.
#pragma once

#if defined(_MSC_VER) && !defined(__clang__)
#define ASSAY_INLINE __forceinline
#else
#define ASSAY_INLINE inline __attribute__((always_inline))
#endif

// ASSAY_FLATTEN: a loop template that calls a kernel's lambda. The size estimates of GCC would leave loop
// bodies of intrinsics out of line; flatten inlines them with all they call. clang is told at the call
// (ASSAY_CALL_INLINE).
#if defined(__clang__) && __clang_major__ >= 15
#define ASSAY_FLATTEN
#define ASSAY_CALL_INLINE [[clang::always_inline]]
#elif defined(__clang__)  // 14 has the attribute for functions only
#define ASSAY_FLATTEN
#define ASSAY_CALL_INLINE
#elif defined(__GNUC__)
#define ASSAY_FLATTEN __attribute__((flatten))
#define ASSAY_CALL_INLINE
#else
#define ASSAY_FLATTEN
#define ASSAY_CALL_INLINE
#endif

// ASSAY_APART: a helper so long that it stays a function of its own everywhere. Only for templates whose
// arguments name the Arch wherever kernels use them.
#if defined(_MSC_VER) && !defined(__clang__)
#define ASSAY_APART __declspec(noinline)
#else
#define ASSAY_APART __attribute__((noinline))
#endif

// ASSAY_LONG: a long helper of several kernels. Inlined like the others, but a function of its own in
// WebAssembly: that is downloaded, and knows one instruction set only.
#if defined(__EMSCRIPTEN__)
#define ASSAY_LONG inline __attribute__((noinline))
#else
#define ASSAY_LONG ASSAY_INLINE
#endif
