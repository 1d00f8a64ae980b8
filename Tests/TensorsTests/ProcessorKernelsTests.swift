import BLAS
import Testing

@Suite("Kernels for processors that OpenBLAS does not know") struct ProcessorKernelsTests {
    @Test(
        "kernels of 2004 are replaced by what the processor can do; others are kept",
        arguments: [
            ("Prescott", "avx512", "SkylakeX"), ("Prescott", "avx2", "Haswell"),
            ("Prescott", "", nil),
            ("Nehalem", "avx2", "Haswell"), ("Haswell", "avx512", nil), ("Zen", "avx512", nil),
            ("SkylakeX", "avx512", nil), ("Cooperlake", "avx512", nil), ("neoversen1", "", nil),
        ] as [(String, String, String?)])
    func better(chosen: String, vectors: String, expected: String?) {
        #expect(ProcessorKernels.better(than: chosen, vectors: vectors) == expected)
    }
}
