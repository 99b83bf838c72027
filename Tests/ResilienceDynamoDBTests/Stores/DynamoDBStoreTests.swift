import Resilience
import ResilienceInterfaces
import ResilienceSimulation
import Testing

@testable import ResilienceDynamoDB

/// What moto does not do: throttling, lost answers, failures.
@Suite("A DynamoDB that throttles, fails and loses answers")
struct DynamoDBStoreTests {
  private static func refusal(_ name: String, item: String = "") -> ScriptedTable.Step {
    .answer(400, #"{"__type":"com.amazonaws.dynamodb.v20120810#\#(name)","message":"no"\#(item)}"#)
  }

  private static func run<Value: Sendable>(
    _ steps: [ScriptedTable.Step],
    _ body: @escaping @Sendable (DynamoDBKeyValueStore, ScriptedTable) async throws -> Value
  ) throws -> Value {
    let simulation = Simulation(seed: 1)
    let table = ScriptedTable(steps)
    let store = DynamoDBKeyValueStore(try table.client(on: simulation.runtime))
    return try simulation.run { try await body(store, table) }
  }

  private static func item(_ writer: String, version: Int64) -> String {
    #","Item":{"p":{"S":"x"},"k":{"S":"a"},"v":{"B":"AQ=="},"n":{"N":"\#(version)"},"w":{"S":"\#(writer)"}}"#
  }

  @Test(
    "R8.6 throttling and 5xx are repeated, and every attempt is signed",
    arguments: ["ProvisionedThroughputExceededException", "ThrottlingException", "RequestLimitExceeded"])
  func throttled(_ name: String) throws {
    try Self.run([Self.refusal(name), .answer(500, "oops"), .answer(200, "{}")]) { store, table in
      let version = try await store.write([1], metadata: [:], forKey: "a", if: .always, lifetime: nil)
      #expect(version > 0)
      #expect(table.requests.count == 3)
      #expect(table.requests.allSatisfy { $0.fields.contains { $0.name == "authorization" } })
      #expect(Set(table.bodies).count == 1)
    }
  }

  @Test("R8.6 a throttling that does not end is an error that says what to do, and nothing was written")
  func throttledForGood() throws {
    try Self.run(Array(repeating: Self.refusal("ThrottlingException"), count: 4)) { store, table in
      let failure = await #expect(throws: StoreFailure.self) { try await store.entry(forKey: "a") }
      #expect(failure?.kind == .locked && failure?.transmission == .neverSent)
      #expect(failure?.remedy.contains("capacity") == true)
      #expect(table.requests.count == 4)
    }
  }

  @Test(
    "R8.6 refusals are told by what is to be done, and not repeated",
    arguments: [
      ("UnrecognizedClientException", StoreFailure.Kind.permissionDenied),
      ("InvalidSignatureException", .permissionDenied), ("AccessDeniedException", .permissionDenied),
      ("ResourceNotFoundException", .wrongVersion), ("ValidationException", .wrongVersion),
    ])
  func refused(_ name: String, _ kind: StoreFailure.Kind) throws {
    try Self.run([Self.refusal(name)]) { store, table in
      let failure = await #expect(throws: StoreFailure.self) { try await store.entry(forKey: "a") }
      #expect(failure?.kind == kind)
      #expect(table.requests.count == 1)
      #expect(failure.map { !"\($0)".contains("hunter2") } == true)
    }
  }

  @Test("R8.6 a write whose answer was lost recognises its own work when it comes again")
  func recognisesItself() throws {
    let simulation = Simulation(seed: 1)
    let written = Lock<String?>(nil)
    let configuration = DynamoDBConfiguration(
      table: "sessions", credentials: DynamoDBCredentials(accessKeyID: "a", secretAccessKey: "b"), shards: 1)
    let transport = DynamoDBTransport { request in
      let body = String(decoding: request.body, as: UTF8.self)
      let first = written.withLock { written in
        defer { written = written ?? body }
        return written == nil
      }
      if first { throw Lost() }
      let item = body.split(separator: #""Item":"#)[1].split(separator: #","ReturnValues"#)[0]
      let answer = #"{"__type":"x#ConditionalCheckFailedException","message":"no","Item":\#(item)}"#
      return .init(status: 400, body: Array(answer.utf8))
    }
    let client = try DynamoDBClient(configuration, over: transport, runtime: simulation.runtime)
    let store = DynamoDBKeyValueStore(client)
    let version = try simulation.run {
      try await store.write([1], metadata: ["x": "y"], forKey: "a", if: .absent, lifetime: nil)
    }
    #expect(version > 0)
  }

  @Test("R8.6 a lost answer and somebody else's write since are no conflict but an open question")
  func openQuestion() throws {
    let steps: [ScriptedTable.Step] = [
      .lost(Lost()), Self.refusal("ConditionalCheckFailedException", item: Self.item("somebody", version: 9)),
    ]
    try Self.run(steps) { store, _ in
      let failure = await #expect(throws: StoreFailure.self) {
        try await store.write([1], metadata: [:], forKey: "a", if: .version(5), lifetime: nil)
      }
      #expect(failure?.kind == .timedOut && failure?.transmission == .unknown)
    }
  }

  @Test(
    "R8.6 what a proxy gave up on may have been carried out: a write that meets another's afterwards is no conflict",
    arguments: [500, 502, 503, 504])
  func gaveUp(_ status: Int) throws {
    // The first attempt was applied behind the proxy, then somebody else has written.
    let steps: [ScriptedTable.Step] = [
      .answer(status, ""), Self.refusal("ConditionalCheckFailedException", item: Self.item("somebody", version: 9)),
    ]
    try Self.run(steps) { store, table in
      let failure = await #expect(throws: StoreFailure.self) {
        try await store.write([1], metadata: [:], forKey: "a", if: .version(5), lifetime: nil)
      }
      #expect(failure?.kind == .timedOut && failure?.transmission == .unknown)
      #expect(table.requests.count == 2)
    }
  }

  @Test("R8.6 what DynamoDB says that it has not done leaves no question open, and a conflict is one")
  func throttledThenConflict() throws {
    let steps: [ScriptedTable.Step] = [
      Self.refusal("ThrottlingException"),
      Self.refusal("ConditionalCheckFailedException", item: Self.item("somebody", version: 9)),
    ]
    try Self.run(steps) { store, _ in
      let failure = await #expect(throws: StoreFailure.self) {
        try await store.write([1], metadata: [:], forKey: "a", if: .version(5), lifetime: nil)
      }
      #expect(failure?.kind == .conflict && failure?.version == 9)
    }
  }

  @Test("R8.6 a conflict tells the version found, also where the server does not tell the item")
  func conflict() throws {
    let item = Self.item("somebody", version: 9)
    for steps in [
      [Self.refusal("ConditionalCheckFailedException", item: item)],
      [Self.refusal("ConditionalCheckFailedException"), .answer(200, "{\(item.dropFirst())}")],
    ] {
      try Self.run(steps) { store, _ in
        let failure = await #expect(throws: StoreFailure.self) {
          try await store.write([1], metadata: [:], forKey: "a", if: .version(5), lifetime: nil)
        }
        #expect(failure?.kind == .conflict && failure?.version == 9)
      }
    }
  }

  @Test("R8.6 a version is higher than one that a clock ahead of ours has given")
  func clockAhead() throws {
    let ahead: Int64 = 9_000_000_000_000_000
    let steps = [Self.refusal("ConditionalCheckFailedException", item: Self.item("somebody", version: ahead))]
    try Self.run(steps) { store, _ in
      let version = try await store.write([1], metadata: [:], forKey: "a", if: .always, lifetime: nil)
      #expect(version == ahead + 1)
    }
  }

  @Test("R8.6 the highest number there is as a version breaks nothing: it is a conflict, or an item that nobody wrote")
  func highestVersion() throws {
    let steps = [Self.refusal("ConditionalCheckFailedException", item: Self.item("somebody", version: 9))]
    try Self.run(steps) { store, _ in
      let failure = await #expect(throws: StoreFailure.self) {
        try await store.write([1], metadata: [:], forKey: "a", if: .version(.max), lifetime: nil)
      }
      #expect(failure?.kind == .conflict && failure?.version == 9)
    }
    let highest = [Self.refusal("ConditionalCheckFailedException", item: Self.item("somebody", version: .max))]
    for condition in [WriteCondition.always, .version(.max)] {
      try Self.run(highest) { store, table in
        let failure = await #expect(throws: StoreFailure.self) { try await store.remove("a", if: condition) }
        #expect(failure?.kind == .corrupted && table.requests.count == 1)
      }
    }
  }

  @Test("R8.6 an item above DynamoDB's 400 KB is refused before anything is sent, with its size")
  func tooLarge() throws {
    try Self.run([]) { store, table in
      let large = [UInt8](repeating: 1, count: 400 << 10)
      let failure = await #expect(throws: StoreFailure.self) {
        try await store.write(large, metadata: [:], forKey: "a", if: .always, lifetime: nil)
      }
      #expect(failure?.kind == .invalid && failure?.detail.contains("400 KB") == true)
      #expect(table.requests.isEmpty)
      try await store.write(Array(large.dropLast(1_000)), metadata: [:], forKey: "a", if: .always, lifetime: nil)
    }
  }

  @Test("R8.6 settings that make no sense are told all at once, without secrets")
  func settings() {
    let configuration = DynamoDBConfiguration(
      table: "x!", credentials: DynamoDBCredentials(accessKeyID: "a", secretAccessKey: "hunter2"), region: "",
      endpoint: "ftp://ada:hunter2@host", timeout: .zero, shards: 0, tombstoneLifetime: .zero)
    #expect(
      configuration.problems.map(\.setting) == [
        "table", "region", "endpoint", "timeout", "shards", "tombstoneLifetime",
      ])
    #expect(!"\(configuration.problems)".contains("hunter2"))
  }

  /// What a removal, a write and a conditional write are refused for, against the rule of `WriteCondition`.
  @Test("R8.6 a refusal means what the rule of conditions says, for every state of an item")
  func outcomes() {
    let now: Int64 = 1_000
    func item(_ version: Int64, expires: Int64? = nil, removed: Bool = false) -> StoredItem {
      var item = StoredItem(value: [1], metadata: [:], version: version, expires: expires, writer: "other")
      item.isRemoved = removed
      return item
    }
    let items: [StoredItem?] = [nil, item(5), item(5, expires: 999), item(5, expires: 1_001), item(5, removed: true)]
    for found in items {
      let live = found.flatMap { $0.isLive(at: now) ? $0.version : nil }
      for condition in [WriteCondition.always, .absent, .version(5), .version(4)] {
        for needsEntry in [false, true] {
          let test = ItemCondition(condition: condition, needsEntry: needsEntry, version: 5, now: now)
          let holds = condition.holds(for: live) && (!needsEntry || live != nil)
          #expect(
            test.outcome(found: found, writer: "me")
              == (holds ? .tooLow(found?.version ?? 0) : .conflict(found: live)))
        }
      }
      if let found {
        #expect(ItemCondition(condition: .absent, version: 1, now: now).outcome(found: found, writer: "other") == .done)
      }
    }
  }
}
