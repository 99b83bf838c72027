import Foundation
import ServerTestSupport
import Testing

@testable import ResilienceRedis

@Suite("What a start-up check tries")
struct RedisStartupCheckTests {
  @Test("R5 the check tries every command that a script insists on: who lacks one does not find out half-way")
  func tried() throws {
    let sources = "Sources/ResilienceRedis"
    var used: Set<String> = []
    let files = try FileManager.default.subpathsOfDirectory(atPath: Repository.path(sources))
    for name in files where name.hasSuffix(".swift") {
      used.formUnion(Self.commands(try Repository.text("\(sources)/\(name)")))
    }
    #expect(used.count > 20)
    #expect(used.subtracting(Self.commands(RedisStartupCheck.probe.source)) == [])
  }

  private static func commands(_ text: String) -> Set<String> {
    Set(text.split(separator: "redis.call('").dropFirst().map { String($0.prefix { $0.isUppercase }) })
  }
}
