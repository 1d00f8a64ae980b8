// swift-tools-version: 6.3
import PackageDescription

// Folders under Sources/ are layers, and a module may import only modules of layers below its own
// (Tests/LayeringTests enforces it; docs/layout.md explains it). `uses` names what a module imports.

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// Modules that hold raw pointers mark every unsafe expression.
let pointerSettings: [SwiftSetting] = settings + [.strictMemorySafety()]

func module(
    _ name: String, in layer: String, uses: [Target.Dependency] = [],
    settings: [SwiftSetting] = settings
) -> Target {
    .target(
        name: name, dependencies: uses, path: "Sources/\(layer)/\(name)", swiftSettings: settings)
}

func executable(_ name: String, uses: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: ["StageCommands"] + uses, path: "Sources/Executables/\(name)",
        swiftSettings: settings)
}

func tests(
    _ name: String, uses: [Target.Dependency], resources: [Resource] = []
) -> Target {
    .testTarget(
        name: name, dependencies: ["TestSupport"] + uses, path: "Tests/\(name)",
        resources: resources, swiftSettings: settings)
}

// The trait LeRobot needs Arrow C++, which scripts/arrow-venv puts here, and libav; scripts/build turns it
// on where both are there.
let arrow = Context.packageDirectory + "/.venv-arrow/sdk"

let system: [Target] = [
    .systemLibrary(
        name: "CHDF5", path: "Sources/System/CHDF5", pkgConfig: "hdf5",
        providers: [.apt(["libhdf5-dev"])]),
    .systemLibrary(
        name: "CZstd", path: "Sources/System/CZstd", pkgConfig: "libzstd",
        providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(
        name: "COpenBLAS", path: "Sources/System/COpenBLAS", pkgConfig: "openblas",
        providers: [.apt(["libopenblas-dev"])]),
    .systemLibrary(
        name: "CPostgres", path: "Sources/System/CPostgres", pkgConfig: "libpq",
        providers: [.apt(["libpq-dev"])]),
    .systemLibrary(
        name: "CJPEG", path: "Sources/System/CJPEG", pkgConfig: "libturbojpeg",
        providers: [.apt(["libturbojpeg0-dev"])]),
    .systemLibrary(
        name: "CPNG", path: "Sources/System/CPNG", pkgConfig: "libpng",
        providers: [.apt(["libpng-dev"])]),
    .target(name: "CSandbox", path: "Sources/System/CSandbox"),
    .target(
        name: "CKernels", path: "Sources/System/CKernels",
        cSettings: [.unsafeFlags(["-O3", "-fno-math-errno"])]),
    .target(
        name: "CArrow", path: "Sources/System/CArrow",
        cxxSettings: [
            .define("NIGHTSHIFT_LEROBOT", .when(traits: ["LeRobot"])),
            .unsafeFlags(["-isystem", arrow + "/include"], .when(traits: ["LeRobot"])),
        ],
        linkerSettings: [
            .unsafeFlags(
                ["-L" + arrow + "/lib", "-Xlinker", "-rpath", "-Xlinker", arrow + "/lib"],
                .when(traits: ["LeRobot"])),
            .linkedLibrary("parquet", .when(traits: ["LeRobot"])),
            .linkedLibrary("arrow", .when(traits: ["LeRobot"])),
        ]),
    .systemLibrary(
        name: "CAV", path: "Sources/System/CAV", pkgConfig: "libavformat",
        providers: [.apt(["libavformat-dev", "libavcodec-dev", "libswscale-dev"])]),
]

let bindings: [Target] = [
    module("HDF5", in: "Bindings", uses: ["CHDF5"], settings: pointerSettings),
    module("Zstd", in: "Bindings", uses: ["CZstd"], settings: pointerSettings),
    module("BLAS", in: "Bindings", uses: ["COpenBLAS", "CKernels"], settings: pointerSettings),
    module("JPEG", in: "Bindings", uses: ["CJPEG"], settings: pointerSettings),
    module("Sandboxing", in: "Bindings", uses: ["CSandbox"], settings: pointerSettings),
    module("PNG", in: "Bindings", uses: ["CPNG"], settings: pointerSettings),
    module(
        "Arrow", in: "Bindings",
        uses: [.target(name: "CArrow", condition: .when(traits: ["LeRobot"]))],
        settings: pointerSettings),
    module(
        "Video", in: "Bindings",
        uses: [.target(name: "CAV", condition: .when(traits: ["LeRobot"]))],
        settings: pointerSettings),
    module("Postgres", in: "Bindings", uses: ["CPostgres"], settings: pointerSettings),
    module(
        "Digests", in: "Bindings",
        uses: [.product(name: "Crypto", package: "swift-crypto")]),
]

let values: [Target] = [
    module("Episodes", in: "Values"),
    module("Evidence", in: "Values"),
    module("Diversity", in: "Values", uses: ["Evidence", "BLAS"], settings: pointerSettings),
    module("Motion", in: "Values", settings: pointerSettings),
]

let learning: [Target] = [
    module("Tensors", in: "Learning", uses: ["BLAS", "CKernels"], settings: pointerSettings),
    module("Cameras", in: "Learning", uses: ["Tensors", "JPEG", "PNG"]),
    module("Layers", in: "Learning", uses: ["Tensors"]),
    module("Checkpoints", in: "Learning"),
    module("Batching", in: "Learning", uses: ["Tensors"]),
    module("Tokenizers", in: "Learning"),
    module(
        "Policies", in: "Learning",
        uses: ["Tensors", "Layers", "Batching", "Checkpoints", "Tokenizers"]),
]

let data: [Target] = [
    module("PictureDecoding", in: "Data", uses: ["Cameras", "Sandboxing"]),
    module(
        "EpisodeFiles", in: "Data", uses: ["Episodes", "HDF5", "Arrow", "Video", "JPEG"]),
    module(
        "EpisodeStore", in: "Data",
        uses: [
            "Episodes", "Zstd", "Digests", "Checkpoints", "Batching", "Cameras", "PictureDecoding",
        ]),
    module(
        "EpisodeExports", in: "Data",
        uses: [
            "Episodes", "EpisodeStore", "Cameras", "PictureDecoding", "HDF5", "Arrow", "JPEG",
            "PNG",
        ]),
    module(
        "Catalogue", in: "Data",
        uses: ["Episodes", "Postgres", "Digests", .product(name: "GRDB", package: "GRDB.swift")]),
    module(
        "Releases", in: "Data",
        uses: ["Evidence", "Catalogue", "EpisodeStore", "Digests", "Checkpoints", "Episodes"]),
    module(
        "StageRuns", in: "Data",
        uses: [
            "Catalogue", "EpisodeStore", "Episodes", "Digests", "Policies",
            .product(name: "Yams", package: "Yams"),
            .product(name: "Logging", package: "swift-log"),
        ]),
]

let reports: [Target] = [
    module("Reports", in: "Reports"),
    module("MorningReports", in: "Reports", uses: ["Reports", "Evidence"]),
]

let stages: [Target] = [
    module(
        "Ingestion", in: "Stages",
        uses: [
            "StageRuns", "Catalogue", "EpisodeStore", "EpisodeFiles", "Episodes", "Digests",
            "Reports", "Sandboxing",
        ]),
    module(
        "QualityFiltering", in: "Stages",
        uses: [
            "StageRuns", "Catalogue", "EpisodeStore", "Episodes", "Evidence", "Diversity", "Motion",
            "Cameras", "PictureDecoding", "Reports", "Digests",
        ]),
    module(
        "ValueLabelling", in: "Stages",
        uses: [
            "StageRuns", "Catalogue", "EpisodeStore", "Episodes", "Evidence", "Reports",
            "Policies", "Batching", "Cameras", "Checkpoints", "Tensors", "Digests", "BLAS",
        ]),
    module(
        "FineTuning", in: "Stages",
        uses: [
            "StageRuns", "Catalogue", "EpisodeStore", "Episodes", "Evidence", "Reports",
            "Policies", "Batching", "Cameras", "Checkpoints", "Tensors", "Releases", "Digests",
            "BLAS",
        ]),
    module(
        "ShadowEvaluation", in: "Stages",
        uses: [
            "StageRuns", "Catalogue", "EpisodeStore", "Episodes", "Evidence", "Reports",
            "Policies", "Batching", "Cameras", "Checkpoints", "Tensors", "Releases", "Digests",
            "PictureDecoding",
        ]),
    module(
        "Promotion", in: "Stages",
        uses: ["StageRuns", "Catalogue", "EpisodeStore", "Evidence", "Reports", "Releases"]),
]

let pipeline: [Target] = [
    module(
        "Nightly", in: "Pipeline",
        uses: [
            "StageRuns", "Catalogue", "EpisodeStore", "Episodes", "Diversity", "Digests", "Reports",
            "MorningReports", "Cameras", "PictureDecoding", "JPEG",
            .product(name: "Subprocess", package: "swift-subprocess"),
        ]),
    module(
        "Auditing", in: "Pipeline",
        uses: [
            "StageRuns", "Catalogue", "EpisodeStore", "Digests", "Episodes", "Evidence", "Releases",
            "ShadowEvaluation",
        ]),
    module(
        "Storekeeping", in: "Pipeline",
        uses: [
            "StageRuns", "Catalogue", "EpisodeStore", "EpisodeExports", "Episodes", "Digests",
            "Releases",
        ]),
    module(
        "Serving", in: "Pipeline",
        uses: [
            "StageRuns", "Releases", "Digests", "Episodes", "Policies", "Batching", "Cameras",
            "Checkpoints", "Layers", "Tensors",
            .product(name: "NIOCore", package: "swift-nio"),
            .product(name: "NIOPosix", package: "swift-nio"),
            .product(name: "NIOHTTP1", package: "swift-nio"),
            .product(name: "NIOWebSocket", package: "swift-nio"),
        ]),
]

let executables: [Target] = [
    .executableTarget(
        name: "decode-pictures",
        dependencies: ["PictureDecoding", "Cameras", "Sandboxing", "Video"],
        path: "Sources/Executables/decode-pictures", swiftSettings: settings),
    module(
        "StageCommands", in: "Executables",
        uses: [
            "StageRuns", "Catalogue", "EpisodeStore", "BLAS",
            .product(name: "ArgumentParser", package: "swift-argument-parser"),
        ]),
    executable("ingest", uses: ["Ingestion"]),
    executable("filter-by-quality", uses: ["QualityFiltering", "Auditing", "StageRuns"]),
    executable("label-with-value-function", uses: ["ValueLabelling"]),
    executable("fine-tune", uses: ["FineTuning"]),
    executable("shadow-evaluate", uses: ["ShadowEvaluation", "StageRuns"]),
    executable("promote", uses: ["Promotion", "StageRuns"]),
    executable(
        "nightshift",
        uses: ["Nightly", "Storekeeping", "StageRuns", "Catalogue", "EpisodeExports"]),
    executable("serve-policy", uses: ["Serving", "StageRuns", "Batching", "Policies"]),
    executable(
        "nightshift-benchmark",
        uses: [
            "Policies", "Batching", "Tensors", "Layers", "Checkpoints", "Tokenizers", "StageRuns",
            "Catalogue", "EpisodeStore", "Episodes",
        ]),
]

let testTargets: [Target] = [
    .target(
        name: "TestSupport", dependencies: ["Tensors"], path: "Tests/TestSupport",
        swiftSettings: settings),
    tests("LayeringTests", uses: []),
    tests("DigestsTests", uses: ["Digests"]),
    tests("SandboxingTests", uses: ["Sandboxing"]),
    tests("EpisodesTests", uses: ["Episodes"]),
    tests("EvidenceTests", uses: ["Evidence"]),
    tests("DiversityTests", uses: ["Diversity", "Evidence"]),
    tests("MotionTests", uses: ["Motion"]),
    tests("TensorsTests", uses: ["Tensors", "BLAS"]),
    tests("PictureDecodingTests", uses: ["PictureDecoding", "Cameras"]),
    tests(
        "CamerasTests", uses: ["Cameras", "Tensors", "JPEG", "PNG"],
        resources: [.copy("Fixtures")]),
    tests("LayersTests", uses: ["Layers", "Tensors"]),
    tests("CheckpointsTests", uses: ["Checkpoints"]),
    tests("BatchingTests", uses: ["Batching", "Tensors"]),
    tests("TokenizersTests", uses: ["Tokenizers"], resources: [.copy("Fixtures")]),
    tests(
        "PoliciesTests",
        uses: ["Policies", "Batching", "Layers", "Tensors", "Checkpoints", "Tokenizers"],
        resources: [.copy("Fixtures")]),
    tests("ArrowTests", uses: ["Arrow"]),
    tests("HDF5Tests", uses: ["HDF5"]),
    tests("VideoTests", uses: ["Video"]),
    tests(
        "EpisodeFilesTests",
        uses: ["EpisodeFiles", "EpisodeStore", "Episodes", "Digests", "HDF5", "Video"]),
    tests(
        "EpisodeStoreTests",
        uses: ["EpisodeStore", "Episodes", "Digests", "Zstd", "Checkpoints", "Batching"]),
    tests("CatalogueTests", uses: ["Catalogue", "Episodes", "Postgres", "Digests"]),
    tests("StageRunsTests", uses: ["StageRuns", "Catalogue", "EpisodeStore", "Digests"]),
    tests(
        "ReleasesTests",
        uses: ["Releases", "Catalogue", "EpisodeStore", "Episodes", "Digests"],
        resources: [.copy("Fixtures")]),
    tests("ReportsTests", uses: ["Reports"]),
    tests("MorningReportsTests", uses: ["MorningReports", "Reports"]),
    tests(
        "StagesTests",
        uses: [
            "Ingestion", "QualityFiltering", "ValueLabelling", "FineTuning", "ShadowEvaluation",
            "Promotion", "StageRuns", "Catalogue", "EpisodeStore", "EpisodeFiles", "Episodes",
            "Releases", "Policies", "Batching", "Evidence", "Digests", "Nightly", "MorningReports",
        ]),
    tests(
        "AuditingTests",
        uses: ["Auditing", "Catalogue", "EpisodeStore", "Episodes", "StageRuns", "Digests"]),
    tests(
        "NightlyTests",
        uses: ["Nightly", "StageRuns", "Catalogue", "EpisodeStore", "Episodes", "Digests"]),
    tests(
        "StorekeepingTests",
        uses: [
            "Storekeeping", "Ingestion", "StageRuns", "Catalogue", "EpisodeExports",
            "EpisodeFiles", "EpisodeStore", "Episodes", "Releases", "Digests", "HDF5", "Arrow",
            "PNG", "Cameras",
        ]),
    tests(
        "ServingTests",
        uses: [
            "Serving", "Policies", "Batching", "Cameras", "Releases", "EpisodeStore", "Episodes",
            "Digests", "StageRuns",
        ], resources: [.copy("Clients")]),
]

let package = Package(
    name: "nightshift",
    products: [
        .executable(name: "decode-pictures", targets: ["decode-pictures"]),
        .executable(name: "ingest", targets: ["ingest"]),
        .executable(name: "filter-by-quality", targets: ["filter-by-quality"]),
        .executable(name: "label-with-value-function", targets: ["label-with-value-function"]),
        .executable(name: "fine-tune", targets: ["fine-tune"]),
        .executable(name: "shadow-evaluate", targets: ["shadow-evaluate"]),
        .executable(name: "promote", targets: ["promote"]),
        .executable(name: "nightshift", targets: ["nightshift"]),
        .executable(name: "serve-policy", targets: ["serve-policy"]),
        .executable(name: "nightshift-benchmark", targets: ["nightshift-benchmark"]),
    ],
    traits: [
        .trait(name: "LeRobot", description: "LeRobot datasets in and out, by Arrow C++ and libav.")
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    ],
    targets: system + bindings + values + learning + data + reports + stages + pipeline
        + executables + testTargets,
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c17,
    cxxLanguageStandard: .cxx20
)
