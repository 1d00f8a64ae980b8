private import CKernels
private import COpenBLAS
import Foundation

/// Kernels of OpenBLAS for processors that are younger than it.
///
/// OpenBLAS looks its kernels up by the processor's model. One that it does not know gets those of 2004, whatever it
/// could do: Debian 12's 0.3.21 reaches 32 instead of 149 GFLOP/s on a core of an Emerald Rapids.
package enum ProcessorKernels {
    /// Where OpenBLAS takes the name of other kernels from, once, when it is loaded.
    package static let variable = "OPENBLAS_CORETYPE"

    /// Starts this program again, as the same process, where other kernels suit this processor better.
    ///
    /// Returns where OpenBLAS's choice is kept, or somebody has asked for kernels. To be called first: what the
    /// program has done by then is done twice.
    package static func restartWhereUnknown() {
        guard ProcessInfo.processInfo.environment[variable] == nil else { return }
        let chosen = unsafe String(cString: openblas_get_corename())
        let vectors = unsafe String(cString: ck_vector_instructions())
        guard let better = better(than: chosen, vectors: vectors) else { return }
        unsafe setenv(variable, better, 1)
        unsafe execv("/proc/self/exe", CommandLine.unsafeArgv)
        // Only slower than it could be: go on.
        FileHandle.standardError.write(
            Data("warning: \(variable)=\(better) would make this faster\n".utf8))
    }

    /// The kernels to take instead of `chosen`, OpenBLAS's name of its choice; nil where it is as good.
    ///
    /// `vectors` is what the processor has: `avx512`, `avx2`, or nothing of it.
    package static func better(than chosen: String, vectors: String) -> String? {
        let withoutAVX = ["Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Generic"]
        guard withoutAVX.contains(chosen) else { return nil }
        switch vectors {
        case "avx512": return "SkylakeX"
        case "avx2": return "Haswell"
        default: return nil
        }
    }
}
