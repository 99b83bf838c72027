// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

// A package of its own, so that whoever depends on swift-resilience never builds it.
/// The guard builds the core only, as `RESILIENCE_CORE_ONLY` says: stores are not in it.
let isCoreOnly = Context.environment["RESILIENCE_CORE_ONLY"] == "1"

/// `Benchmarks/stores` says so, after it has seen to libpq.
let hasPostgreSQL = Context.environment["RESILIENCE_POSTGRESQL"] == "1"

let package = Package(
  name: "swift-resilience-benchmarks",
  platforms: [.macOS(.v26)],
  dependencies: [
    .package(name: "swift-resilience", path: ".."),
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .target(name: "CAllocationCounter"),
    .executableTarget(
      name: "PolicyBenchmarks",
      dependencies: ["CAllocationCounter", .product(name: "Resilience", package: "swift-resilience")],
      swiftSettings: strict),
    .executableTarget(
      name: "TracingBenchmark",
      dependencies: [
        .product(name: "Resilience", package: "swift-resilience"),
        .product(name: "ResilienceTelemetry", package: "swift-resilience"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
      ],
      swiftSettings: strict),
  ]
)

if !isCoreOnly {
  package.targets.append(
    .executableTarget(
      name: "StoreBenchmarks",
      dependencies: [
        .product(name: "Resilience", package: "swift-resilience"),
        .product(name: "ResilienceInterfaces", package: "swift-resilience"),
        .product(name: "ResilienceSQLite", package: "swift-resilience"),
        .product(name: "ResilienceRedis", package: "swift-resilience"),
        .product(name: "GRDB", package: "GRDB.swift"),
      ] + (hasPostgreSQL ? [.product(name: "ResiliencePostgreSQL", package: "swift-resilience")] : []),
      swiftSettings: strict + (hasPostgreSQL ? [.define("POSTGRESQL")] : [])))
}
