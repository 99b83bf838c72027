import Resilience
import Testing

@testable import ResilienceRedis

@Suite("Redis configuration")
struct RedisConfigurationTests {
  @Test("a URL tells host, port, credentials, database, encryption and the rest")
  func reads() throws {
    let plain = try RedisConfiguration(url: "redis://localhost")
    #expect(plain.host == "localhost" && plain.port == 6379 && plain.password == nil && plain.tls == nil)
    let full = try RedisConfiguration(
      url:
        "rediss://ada:p%40ss%2Fw@[::1]:7000/3?ca=/etc/ca.pem&servername=redis.example&timeout=250&connections=4&name=a")
    #expect(full.host == "::1" && full.port == 7000 && full.database == 3 && full.user == "ada")
    #expect(full.password == "p@ss/w" && full.timeout == .milliseconds(250) && full.connections == 4)
    #expect(full.tls == RedisConfiguration.TLS(authorityFile: "/etc/ca.pem", serverName: "redis.example"))
    #expect(full.clientName == "a" && full.server == "[::1]:7000")
    let passwordOnly = try RedisConfiguration(url: "redis://:secret@h")
    #expect(passwordOnly.user == nil && passwordOnly.password == "secret")
  }

  @Test(
    "what makes no sense is refused with all of it",
    arguments: [
      "http://h", "redis:", "redis://", "redis://h/x", "redis://h/-1", "redis://h?ca=x", "redis://h?what=1",
      "redis://h?timeout=soon", "redis://h?connections=0", "redis://ada@h", "redis://h?name=a%20b", "rediss://h?cert=x",
    ])
  func refuses(url: String) {
    #expect(throws: InvalidConfiguration.self) { try RedisConfiguration(url: url) }
  }

  @Test("R13 the password is in no description, mirror or error")
  func hidesPassword() throws {
    let configuration = try RedisConfiguration(url: "redis://ada:hunter2@h:1/2")
    var dumped = ""
    dump(configuration, to: &dumped)
    for text in ["\(configuration)", String(reflecting: configuration), dumped] { #expect(!text.contains("hunter2")) }
    let error = #expect(throws: InvalidConfiguration.self) { try RedisConfiguration(url: "redis://ada:hunter2@h/x") }
    #expect(!"\(error.map { "\($0)" } ?? "")".contains("hunter2"))
  }

  @Test("versions are compared by their numbers")
  func comparesVersions() {
    #expect(RedisStartupCheck.isAtLeast("7.0.15", "6.2") && RedisStartupCheck.isAtLeast("6.2", "6.2"))
    #expect(RedisStartupCheck.isAtLeast("10.0", "6.2") && !RedisStartupCheck.isAtLeast("6.0.16", "6.2"))
    #expect(!RedisStartupCheck.isAtLeast("", "6.2"))
  }
}
