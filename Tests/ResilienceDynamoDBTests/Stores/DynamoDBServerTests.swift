import Resilience
import ResilienceDynamoDB
import ResilienceInterfaces
import ResilienceTesting
import ServerTestSupport
import Testing

/// On a real moto server.
@Suite("DynamoDB on a server", .timeLimit(.minutes(20)), .serialized)
struct DynamoDBServerTests {
  @Test("R8.6 the store keeps every promise of key-value stores")
  func conformance() async throws {
    let server = try await MotoServer()
    let client = try server.client()
    let report = try await DynamoDBStartupCheck(client).run(creates: true)
    #expect(report.isNew && report.removesExpired && report.warnings.isEmpty)
    let store = DynamoDBKeyValueStore(client)
    for (number, check) in KeyValueStoreConformance.checks.enumerated() {
      let world = StoreWorld<any KeyValueStore>.real(store, prefix: "t\(number)") {
        DynamoDBKeyValueStore(try server.client())
      }
      do {
        try await check.run(in: world)
      } catch {
        Issue.record("\(check): \(error)")
      }
    }
  }

  @Test("R8.6 lists of many entries come page by page, whole and in order, also where most have expired")
  func paging() async throws {
    let server = try await MotoServer()
    let client = try server.client()
    _ = try await DynamoDBStartupCheck(client).run(creates: true)
    let store = DynamoDBKeyValueStore(client)
    let keys = (0..<120).map { "k\($0 + 1_000)" }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (number, key) in keys.enumerated() {
        group.addTask {
          try await store.write(
            [1], metadata: [:], forKey: key, if: .always, lifetime: number % 3 == 0 ? nil : .milliseconds(1))
        }
      }
      try await group.waitForAll()
    }
    try await eventually("what has a lifetime has ended") {
      try await store.keys(withPrefix: "k", after: nil, limit: 200).count == 40
    }
    var found: [String] = []
    while true {
      let page = try await store.keys(withPrefix: "k", after: found.last, limit: 7)
      if page.isEmpty { break }
      found += page
    }
    #expect(found == keys.enumerated().filter { $0.offset % 3 == 0 }.map(\.element))
    var removed = 0
    while true {
      let count = try await store.removeExpired(limit: 50)
      if count == 0 { break }
      removed += count
    }
    #expect(removed == 80)
  }

  @Test("R8.6 a server that is not there, a missing table, other keys and another layout are told with what to do")
  func startup() async throws {
    let server = try await MotoServer()
    func failure(_ client: DynamoDBClient, creates: Bool = false) async -> StoreFailure? {
      await #expect(throws: StoreFailure.self) { try await DynamoDBStartupCheck(client).run(creates: creates) }
    }
    let missing = await failure(try server.client())
    #expect(missing?.kind == .notFound && missing?.remedy.contains("partition key p") == true)
    _ = try await DynamoDBStartupCheck(server.client()).run(creates: true)
    #expect(try await DynamoDBStartupCheck(server.client()).run() == DynamoDBReport.none)
    let layout = await failure(try server.client { $0.shards = 5 })
    #expect(layout?.kind == .wrongVersion && layout?.remedy == "Set shards to 3.")
    let away = await failure(
      try server.client {
        $0.endpoint = "http://127.0.0.1:9"
        $0.retry.maxAttempts = 1
      })
    #expect(away?.kind == .unreachable && away?.detail == "Nobody answers there.")
    let slow = try server.client {
      $0.timeout = .milliseconds(200)
      $0.retry.maxAttempts = 1
    }
    server.pause()
    let hanging = await failure(slow)
    server.resume()
    #expect(hanging?.kind == .timedOut)
  }

  @Test("R8.6 a server that verifies signatures accepts ours, and refuses a wrong secret and a key without rights")
  func credentials() async throws {
    let server = try await MotoServer()
    _ = try await DynamoDBStartupCheck(server.client()).run(creates: true)
    let version = "&Version=2010-05-08"
    try await server.post("/", "Action=CreateUser&UserName=ada\(version)", service: "iam")
    let policy =
      "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C"
      + "%22Action%22%3A%22dynamodb%3A%2A%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D"
    let put = "Action=PutUserPolicy&UserName=ada&PolicyName=all&PolicyDocument=\(policy)\(version)"
    try await server.post("/", put, service: "iam")
    let answer = try await server.post("/", "Action=CreateAccessKey&UserName=ada\(version)", service: "iam")
    try await server.post("/", "Action=CreateUser&UserName=bob\(version)", service: "iam")
    let other = try await server.post("/", "Action=CreateAccessKey&UserName=bob\(version)", service: "iam")
    try await server.post("/moto-api/reset-auth", "0")
    func client(_ text: String, secret: String? = nil) throws -> DynamoDBKeyValueStore {
      func part(_ name: String) -> String {
        String(text.split(separator: "<\(name)>").last?.split(separator: "<").first ?? "")
      }
      return DynamoDBKeyValueStore(
        try server.client {
          $0.credentials = DynamoDBCredentials(
            accessKeyID: part("AccessKeyId"), secretAccessKey: secret ?? part("SecretAccessKey"))
        })
    }
    let good = try client(answer)
    #expect(try await good.write([1], metadata: ["a": "é"], forKey: "k", if: .absent, lifetime: nil) > 0)
    #expect(try await good.entry(forKey: "k")?.metadata == ["a": "é"])
    for store in [try client(answer, secret: "hunter2"), try client(other)] {
      let failure = await #expect(throws: StoreFailure.self) { try await store.entry(forKey: "k") }
      #expect(failure?.kind == .permissionDenied)
      #expect(failure.map { !"\($0)".contains("hunter2") } == true)
    }
  }
}

extension DynamoDBReport {
  /// Nothing to tell.
  fileprivate static let none = DynamoDBReport(isNew: false, removesExpired: true, warnings: [])
}
