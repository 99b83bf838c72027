/// Which module stands where; the same table as in `ARCHITECTURE.md`.
enum LayerTable {
  /// The layers, lowest first.
  ///
  /// A module may import modules of lower layers, and nothing else of ours.
  static let layers: [[String]] = [
    ["Resilience"],
    ["ResilienceInterfaces", "ResilienceSimulation"],
    [
      "ResilienceTesting", "ResilienceHealth", "ResilienceDegradation", "ResilienceHealing", "ResilienceQueue",
      "ResilienceSessions", "ResilienceInsight", "ResilienceChaos",
    ],
    [
      "ResilienceTelemetry", "ResilienceConfiguration", "ResilienceSQLite", "ResilienceRedis", "ResiliencePostgreSQL",
      "ResilienceDynamoDB", "ResilienceHTTPClient", "ResilienceGRPC", "ResilienceIdentity", "ResilienceNetworkChecks",
    ],
    ["ResilienceSwiftConfiguration", "ResilienceGateway", "ResilienceHummingbird", "ResilienceSimulator"],
    ["ResilienceCLI", "ResilienceTraces"],
  ]

  /// What the layers below L3 may import of others: nothing that reads a clock or opens a socket.
  static let pureLibraries: Set<String> = [
    "Swift", "Synchronization", "DequeModule", "HeapModule", "OrderedCollections",
  ]

  /// What one module below L3 may import besides.
  static let pureExceptions: [String: Set<String>] = [
    "ResilienceHealing": ["Subprocess", "SystemPackage"], "ResilienceInsight": ["HdrHistogram"],
    "ResilienceTesting": ["Testing"],
  ]

  /// The system's libraries, which L0 may import only in `isSystemFile`.
  static let systemLibraries: Set<String> = ["Glibc", "Musl", "Darwin"]

  /// Libraries that only the named modules may import, by the beginning of the library's name.
  static let owners: [(library: String, modules: Set<String>)] = [
    ("GRDB", ["ResilienceSQLite"]),
    ("CLibPQ", ["ResiliencePostgreSQL"]),
    ("Yams", ["ResilienceConfiguration"]),
    ("Configuration", ["ResilienceSwiftConfiguration"]),
    ("Hummingbird", ["ResilienceHummingbird"]),
    ("AsyncHTTPClient", ["ResilienceHTTPClient", "ResilienceDynamoDB", "ResilienceIdentity"]),
    ("ArgumentParser", ["ResilienceCLI"]),
    (
      "NIO",
      [
        "ResilienceRedis", "ResilienceHTTPClient", "ResilienceDynamoDB", "ResilienceIdentity", "ResilienceGRPC",
        "ResilienceNetworkChecks", "ResilienceGateway", "ResilienceHummingbird", "ResilienceCLI",
      ]
    ),
  ]

  /// The layer's number, 0 for `Resilience`.
  static func layer(of module: String) -> Int? { self.layers.firstIndex { $0.contains(module) } }

  /// The files that may touch the machine: the live runtime, and in the lock only the lock itself.
  static func isLiveRuntime(_ path: String) -> Bool {
    let folder = "Sources/Resilience/Runtime/"
    guard path.hasPrefix(folder) else { return false }
    let name = path.dropFirst(folder.count)
    return name.hasPrefix("LiveRuntime") || ["LiveTime.swift", "LiveTimers.swift"].contains(name)
  }

  /// The file that looks at processes which are no children of this program.
  static let processFile = "Sources/ResilienceHealing/Supervision/SystemProcesses.swift"

  /// The file of the project's one lock.
  static let lockFile = "Sources/Resilience/Support/Lock.swift"
}
