import Foundation
import ResilienceConfiguration
import Testing

@Suite("Values")
struct ValueTests {
  @Test(
    "durations are exact",
    arguments: [
      ("250ms", Duration.milliseconds(250)), ("2s", .seconds(2)), ("1.5s", .milliseconds(1_500)),
      ("10m", .seconds(600)), ("1h", .seconds(3_600)), ("0.001s", .milliseconds(1)),
      ("1.000000001s", .nanoseconds(1_000_000_001)),
      ("1d", .seconds(86_400)), ("1500us", .microseconds(1_500)), ("0.5h", .seconds(1_800)),
    ])
  func durations(text: String, duration: Duration) throws {
    #expect(try dependency("timeout: \(text)").timeout == duration)
  }

  @Test(
    "sizes count bytes",
    arguments: [
      ("1000000", 1_000_000), ("0", 0), ("512KiB", 524_288), ("10MiB", 10_485_760), ("1GiB", 1 << 30), ("7B", 7),
    ])
  func sizes(text: String, bytes: Int) throws {
    #expect(try dependency("maxBodyBytes: \(text)").maxBodyBytes == bytes)
  }

  @Test("addresses know whether others can reach them")
  func addresses() throws {
    for text in ["127.0.0.1:80", "127.9.9.9:80", "[::1]:80", "localhost:80", "[::ffff:127.0.0.1]:80"] {
      #expect(try #require(ListenAddress(text)).isLoopback, "\(text)")
    }
    for text in ["0.0.0.0:80", "[::]:80", "10.0.0.1:80", "example.com:80", "127.0.0.1.example.com:80"] {
      #expect(try !#require(ListenAddress(text)).isLoopback, "\(text)")
    }
    for text in [
      "", ":80", "127.0.0.1", "127.0.0.1:", "a b:80", "::1:80", "[127.0.0.1]:80", "h:-1", "h:+1", "127.1:80",
    ] {
      #expect(ListenAddress(text) == nil, "\(text)")
    }
    #expect(ListenAddress("[::1]:80")?.description == "[::1]:80")
  }

  @Test("ranges of addresses contain what their prefix says, and nothing of the other family")
  func ranges() throws {
    func contains(_ range: String, _ address: String) throws -> Bool {
      try #require(AddressRange(range)).contains(try #require(IPAddress(address)))
    }
    #expect(try contains("10.0.0.0/8", "10.255.1.2"))
    #expect(try !contains("10.0.0.0/8", "11.0.0.0"))
    #expect(try contains("192.168.4.0/22", "192.168.7.255"))
    #expect(try !contains("192.168.4.0/22", "192.168.8.0"))
    #expect(try contains("0.0.0.0/0", "1.2.3.4"))
    #expect(try !contains("0.0.0.0/0", "::1"))
    #expect(try contains("2001:db8::/33", "2001:db8:7fff::1"))
    #expect(try !contains("2001:db8::/33", "2001:db8:8000::1"))
    #expect(try contains("127.0.0.1", "::ffff:127.0.0.1"))
    for text in ["10.0.0.0/33", "10.0.0/8", "10.0.0.0/", "10.0.0.0/-1", "::/129", "host"] {
      #expect(AddressRange(text) == nil, "\(text)")
    }
  }

  @Test("the operations server may be open to others once it asks for a credential")
  func openOperations() throws {
    let credentials = ["token: 0123456789", "operators: [{ name: ann, token: 0123456789, role: operator }]"]
    for credential in credentials {
      let text = "operations: { listen: '0.0.0.0:9000', \(credential) }\ndependencies: { a: { url: http://a } }"
      let operations = try load(text).configuration.operations
      #expect(!operations.listen.isLoopback)
      #expect(operations.token != nil || operations.operators.map(\.role) == [.operator])
    }
  }

  @Test("storage is told apart by scheme, and passwords are not shown")
  func storage() {
    #expect(StorageLocation("memory:") == .memory)
    #expect(StorageLocation("sqlite:/var/lib/a b.db") == .sqlite(path: "/var/lib/a b.db"))
    #expect(StorageLocation("postgres://me:secret@db/x") == .postgresql(Secret("postgres://me:secret@db/x")))
    #expect(StorageLocation("redis://:secret@db")?.description == "redis://(redacted)")
    #expect(StorageLocation("postgresql://") == nil)
  }

  @Test("R7.6 problems survive their way through JSON")
  func coding() throws {
    let found = problems("service: A\n", ["RESILIENCE_GATEWAY_LISTEN": "x"])
    #expect(found.count == 3)
    let error = InvalidConfigurationFile(problems: found)
    let decoded = try JSONDecoder().decode(InvalidConfigurationFile.self, from: try JSONEncoder().encode(error))
    #expect(decoded == error)
    #expect(error.description.split(separator: "\n").count == 3)
  }
}
