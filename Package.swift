// swift-tools-version: 6.2
import Foundation
import PackageDescription

/// Every target of ours: Swift 6 mode, the upcoming features that make concurrency and imports explicit, no warnings.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
  .treatAllWarnings(as: .error),
]

func library(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = [], resources: [Resource] = []
) -> Target {
  .target(
    name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: strict)
}

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [], resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, resources: resources, swiftSettings: strict)
}

let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"),
  .product(name: "NIOPosix", package: "swift-nio"),
  .product(name: "NIOHTTP1", package: "swift-nio"),
  .product(name: "NIOTLS", package: "swift-nio"),
  .product(name: "NIOConcurrencyHelpers", package: "swift-nio"),
  .product(name: "NIOSSL", package: "swift-nio-ssl"),
]
/// Whether `RESILIENCE_CORE_ONLY=1` leaves out all that talks to a network or a database.
///
/// For quick work on policies, and for the sanitizer's build. The dependencies stay declared, so that both forms
/// resolve alike.
let isCoreOnly = Context.environment["RESILIENCE_CORE_ONLY"] == "1"
let coreModules: Set<String> = [
  "Resilience", "ResilienceInterfaces", "ResilienceSimulation", "ResilienceTesting", "ResilienceDegradation",
  "ResilienceHealth", "ResilienceHealing", "ResilienceQueue", "ResilienceSessions", "ResilienceTelemetry",
]
let coreTests: Set<String> = [
  "TidyTests", "CompositionTests", "SimulationTests", "RegressionTests", "SessionHistories",
]

/// Whether the PostgreSQL store is built: where libpq's header is, unless `RESILIENCE_POSTGRESQL` says 1 or 0 (decision 0028).
let hasPostgreSQL: Bool = {
  if let choice = Context.environment["RESILIENCE_POSTGRESQL"] { return choice == "1" }
  let folders = [
    "/usr/include/postgresql", "/usr/include", "/usr/local/include", "/opt/homebrew/opt/libpq/include",
    "/usr/local/opt/libpq/include",
  ]
  return folders.contains { FileManager.default.fileExists(atPath: "\($0)/libpq-fe.h") }
}()
let postgreSQLTargets: Set<String> = ["CLibPQ", "ResiliencePostgreSQL", "ResiliencePostgreSQLTests"]

func isBuilt(_ name: String) -> Bool {
  if postgreSQLTargets.contains(name) && !hasPostgreSQL { return false }
  return isBuiltAnyway(name)
}

func isBuiltAnyway(_ name: String) -> Bool {
  !isCoreOnly || coreModules.contains(name) || coreTests.contains(name)
    || (name.hasSuffix("Tests") && coreModules.contains(String(name.dropLast("Tests".count))))
}

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let tracing = Target.Dependency.product(name: "Tracing", package: "swift-distributed-tracing")
let coreMetrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

// Lowest layer first; what may import what is written in ARCHITECTURE.md and checked by Tests/TidyTests.
let package = Package(
  name: "swift-resilience",
  platforms: [.macOS(.v26)],
  products: [
    .library(name: "Resilience", targets: ["Resilience"]),
    .library(name: "ResilienceInterfaces", targets: ["ResilienceInterfaces"]),
    .library(name: "ResilienceSimulation", targets: ["ResilienceSimulation"]),
    .library(name: "ResilienceTesting", targets: ["ResilienceTesting"]),
    .library(name: "ResilienceDegradation", targets: ["ResilienceDegradation"]),
    .library(name: "ResilienceHealth", targets: ["ResilienceHealth"]),
    .library(name: "ResilienceHealing", targets: ["ResilienceHealing"]),
    .library(name: "ResilienceQueue", targets: ["ResilienceQueue"]),
    .library(name: "ResilienceSessions", targets: ["ResilienceSessions"]),
    .library(name: "ResilienceTelemetry", targets: ["ResilienceTelemetry"]),
    .library(name: "ResilienceConfiguration", targets: ["ResilienceConfiguration"]),
    .library(name: "ResilienceSQLite", targets: ["ResilienceSQLite"]),
    .library(name: "ResilienceRedis", targets: ["ResilienceRedis"]),
    .library(name: "ResiliencePostgreSQL", targets: ["ResiliencePostgreSQL"]),
    .library(name: "ResilienceDynamoDB", targets: ["ResilienceDynamoDB"]),
    .library(name: "ResilienceIdentity", targets: ["ResilienceIdentity"]),
    .library(name: "ResilienceHTTPClient", targets: ["ResilienceHTTPClient"]),
    .library(name: "ResilienceNetworkChecks", targets: ["ResilienceNetworkChecks"]),
    .library(name: "ResilienceSwiftConfiguration", targets: ["ResilienceSwiftConfiguration"]),
    .library(name: "ResilienceGateway", targets: ["ResilienceGateway"]),
    .library(name: "ResilienceHummingbird", targets: ["ResilienceHummingbird"]),
    .executable(name: "resilience", targets: ["ResilienceCLI"]),
    .executable(name: "ResilienceTraces", targets: ["ResilienceTraces"]),
  ],
  traits: [
    .trait(
      name: "PostgreSQL",
      description: "Insists on the PostgreSQL stores: without libpq the build fails; with it they are built anyway")
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // Files as providers are what a service has that reads its settings through the package; see decision 0014.
    .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: ["JSON", "YAML"]),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.1"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
  ],
  targets: [
    // L0
    library("Resilience", [.product(name: "DequeModule", package: "swift-collections")]),
    // L1
    library("ResilienceInterfaces", ["Resilience", .product(name: "HeapModule", package: "swift-collections")]),
    library("ResilienceSimulation", ["Resilience"]),
    // L2
    library("ResilienceTesting", ["Resilience", "ResilienceInterfaces", "ResilienceSimulation"]),
    library("ResilienceDegradation", ["Resilience", "ResilienceInterfaces"]),
    library("ResilienceHealth", ["Resilience", "ResilienceInterfaces"]),
    library(
      "ResilienceHealing",
      [
        "Resilience", "ResilienceInterfaces", .product(name: "Subprocess", package: "swift-subprocess"),
        .product(name: "SystemPackage", package: "swift-system"),
      ]),
    library("ResilienceQueue", ["Resilience", "ResilienceInterfaces"]),
    library("ResilienceSessions", ["Resilience", "ResilienceInterfaces"]),
    // L3
    library("ResilienceTelemetry", ["Resilience", "ResilienceInterfaces", logging, tracing, coreMetrics]),
    library(
      "ResilienceConfiguration",
      ["Resilience", "ResilienceInterfaces", "ResilienceDegradation", .product(name: "Yams", package: "Yams")]),
    library(
      "ResilienceSQLite",
      ["Resilience", "ResilienceInterfaces", "ResilienceHealth", .product(name: "GRDB", package: "GRDB.swift")]),
    library(
      "ResilienceRedis",
      ["Resilience", "ResilienceInterfaces", .product(name: "DequeModule", package: "swift-collections")] + nio),
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"]), .brew(["libpq"])]),
    library("ResiliencePostgreSQL", ["Resilience", "ResilienceInterfaces", "CLibPQ"]),
    library(
      "ResilienceDynamoDB",
      [
        "Resilience", "ResilienceInterfaces", .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"),
      ] + nio),
    library(
      "ResilienceIdentity",
      [
        "Resilience", "ResilienceInterfaces", .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ] + nio),
    library(
      "ResilienceHTTPClient",
      [
        "Resilience", "ResilienceInterfaces",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ] + nio),
    library("ResilienceNetworkChecks", ["Resilience", "ResilienceInterfaces", "ResilienceHealth"] + nio),
    // L4
    library(
      "ResilienceSwiftConfiguration",
      ["ResilienceConfiguration", .product(name: "Configuration", package: "swift-configuration")]),
    library(
      "ResilienceGateway",
      [
        "Resilience", "ResilienceInterfaces", "ResilienceDegradation", "ResilienceHealth", "ResilienceHealing",
        "ResilienceConfiguration", "ResilienceQueue", "ResilienceTelemetry", logging, tracing,
        .product(name: "Crypto", package: "swift-crypto"),
      ] + nio),
    library(
      "ResilienceHummingbird",
      [
        "Resilience", "ResilienceInterfaces", "ResilienceDegradation", "ResilienceSessions", "ResilienceTelemetry",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"), logging, lifecycle,
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "NIOFoundationCompat", package: "swift-nio"),
      ] + nio,
      resources: [
        .embedInCode("Console/console.html"), .embedInCode("Console/console.css"),
        .embedInCode("Console/console-base.js"), .embedInCode("Console/console-cards.js"),
        .embedInCode("Console/console-details.js"), .embedInCode("Console/console-health.js"),
        .embedInCode("Console/console-modes.js"), .embedInCode("Console/console-healing.js"),
        .embedInCode("Console/console-settings.js"), .embedInCode("Console/console-stores.js"),
        .embedInCode("Console/console.js"),
      ]),
    // L5
    .executableTarget(
      name: "ResilienceCLI",
      dependencies: [
        "Resilience", "ResilienceInterfaces", "ResilienceDegradation", "ResilienceHealth", "ResilienceTelemetry",
        "ResilienceConfiguration", "ResilienceSQLite", "ResilienceRedis", "ResilienceHTTPClient",
        "ResilienceNetworkChecks", "ResilienceGateway", "ResilienceHummingbird", "ResilienceSessions",
        "ResilienceDynamoDB", "ResilienceIdentity", lifecycle, logging,
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ] + nio + (hasPostgreSQL ? ["ResiliencePostgreSQL"] : []),
      resources: [.embedInCode("Example/example.yaml")],
      swiftSettings: strict + (hasPostgreSQL ? [.define("POSTGRESQL")] : [])),
    .executableTarget(
      name: "ResilienceTraces",
      dependencies: ["Resilience", "ResilienceSimulation", "ResilienceConfiguration"],
      swiftSettings: strict),
    // Tests
    tests("TidyTests", []),
    tests("ResilienceTests", ["Resilience", "ResilienceSimulation", "ResilienceTesting"]),
    tests(
      "ResilienceInterfacesTests",
      ["Resilience", "ResilienceInterfaces", "ResilienceSimulation", "ResilienceTesting"]),
    tests("ResilienceSimulationTests", ["Resilience", "ResilienceSimulation"]),
    tests("ResilienceDegradationTests", ["Resilience", "ResilienceInterfaces", "ResilienceDegradation"]),
    tests(
      "ResilienceHealthTests",
      ["Resilience", "ResilienceInterfaces", "ResilienceSimulation", "ResilienceTesting", "ResilienceHealth"]),
    tests(
      "ResilienceHealingTests",
      ["Resilience", "ResilienceInterfaces", "ResilienceSimulation", "ResilienceTesting", "ResilienceHealing"]),
    .target(
      name: "SessionHistories", dependencies: ["Resilience", "ResilienceInterfaces", "ResilienceSessions"],
      path: "Tests/SessionHistories", swiftSettings: strict),
    tests(
      "ResilienceSessionsTests",
      [
        "Resilience", "ResilienceInterfaces", "ResilienceSimulation", "ResilienceTesting", "ResilienceSessions",
        "SessionHistories",
      ]),
    tests(
      "ResilienceQueueTests",
      ["Resilience", "ResilienceInterfaces", "ResilienceSimulation", "ResilienceTesting", "ResilienceQueue"]),
    tests(
      "ResilienceTelemetryTests",
      [
        "Resilience", "ResilienceInterfaces", "ResilienceSimulation", "ResilienceTesting", "ResilienceTelemetry",
        logging, tracing, coreMetrics,
      ]),
    tests(
      "ResilienceConfigurationTests",
      [
        "Resilience", "ResilienceInterfaces", "ResilienceSimulation", "ResilienceDegradation",
        "ResilienceConfiguration",
      ]),
    tests(
      "ResilienceSwiftConfigurationTests",
      [
        "ResilienceConfiguration", "ResilienceSwiftConfiguration",
        .product(name: "Configuration", package: "swift-configuration"),
      ]),
    tests(
      "ResilienceSQLiteTests",
      [
        "Resilience", "ResilienceInterfaces", "ResilienceSimulation", "ResilienceTesting", "ResilienceHealth",
        "ResilienceSQLite", .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .target(
      name: "ServerTestSupport", dependencies: ["Resilience", "ResilienceInterfaces"] + nio,
      path: "Tests/ServerTestSupport", exclude: ["moto_server.py"], swiftSettings: strict),
    tests(
      "ResilienceRedisTests",
      [
        "Resilience", "ResilienceInterfaces", "ResilienceSimulation", "ResilienceTesting", "ResilienceRedis",
        "ServerTestSupport", .product(name: "NIOEmbedded", package: "swift-nio"),
      ] + nio),
    tests(
      "ResiliencePostgreSQLTests",
      [
        "Resilience", "ResilienceInterfaces", "ResilienceSimulation", "ResilienceTesting", "ResiliencePostgreSQL",
        "ServerTestSupport", "SessionHistories",
      ] + nio),
    tests(
      "ResilienceDynamoDBTests",
      [
        "Resilience", "ResilienceInterfaces", "ResilienceSimulation", "ResilienceTesting", "ResilienceSessions",
        "ResilienceDynamoDB", "ServerTestSupport",
      ]),
    tests(
      "ResilienceIdentityTests",
      [
        "Resilience", "ResilienceInterfaces", "ResilienceSimulation", "ResilienceTesting", "ResilienceIdentity",
        .product(name: "CryptoExtras", package: "swift-crypto"),
      ]),
    tests(
      "ResilienceHTTPClientTests",
      [
        "Resilience", "ResilienceInterfaces", "ResilienceTesting", "ResilienceHTTPClient",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ] + nio),
    tests(
      "ResilienceNetworkChecksTests",
      ["Resilience", "ResilienceInterfaces", "ResilienceTesting", "ResilienceHealth", "ResilienceNetworkChecks"] + nio),
    tests(
      "ResilienceGatewayTests",
      [
        "Resilience", "ResilienceInterfaces", "ResilienceTesting", "ResilienceDegradation", "ResilienceHealth",
        "ResilienceConfiguration", "ResilienceQueue", "ResilienceTelemetry", "ResilienceGateway", logging, tracing,
      ] + nio),
    tests(
      "ResilienceHummingbirdTests",
      [
        "Resilience", "ResilienceInterfaces", "ResilienceDegradation", "ResilienceSessions", "ResilienceTelemetry",
        "ResilienceHummingbird", .product(name: "HummingbirdTesting", package: "hummingbird"), logging, lifecycle,
        .product(name: "HTTPTypes", package: "swift-http-types"),
      ] + nio),
    tests("CompositionTests", ["Resilience", "ResilienceSimulation", "ResilienceTesting"]),
    tests("SimulationTests", ["Resilience", "ResilienceSimulation", "ResilienceTesting"]),
    tests("RegressionTests", ["Resilience", "ResilienceInterfaces", "ResilienceSimulation", "ResilienceTesting"]),
    tests("ResilienceTracesTests", ["Resilience", "ResilienceTraces"]),
    tests(
      "IntegrationTests",
      [
        "Resilience", "ResilienceInterfaces", "ResilienceSQLite", "ResilienceRedis", "ResilienceDynamoDB",
        "ServerTestSupport", "SessionHistories", "ResilienceCLI", "ResilienceTraces",
      ], exclude: ["Receiver", "Shim"]),
  ]
)
package.targets.removeAll { !isBuilt($0.name) }
package.products.removeAll { !isBuilt($0.name) }

/// `RESILIENCE_ONLY=ResilienceRedis,ResilienceRedisTests` leaves out all targets but these and what they need: for quick
/// work on one module, since the tests of all are one program.
if let only = Context.environment["RESILIENCE_ONLY"] {
  // The core comes along: snippets, which are built with the tests, name it.
  var wanted = only.split(separator: ",").map(String.init) + coreModules
  var kept: Set<String> = []
  while let name = wanted.popLast() {
    guard kept.insert(name).inserted, let target = package.targets.first(where: { $0.name == name }) else { continue }
    for case .byNameItem(let needed, _) in target.dependencies { wanted.append(needed) }
  }
  package.targets.removeAll { !kept.contains($0.name) }
  package.products.removeAll { product in
    let targets = (product as? Product.Executable)?.targets ?? (product as? Product.Library)?.targets ?? []
    return !kept.isSuperset(of: targets)
  }
}
