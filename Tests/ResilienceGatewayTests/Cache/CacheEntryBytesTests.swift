import NIOCore
import NIOHTTP1
import Testing

@testable import ResilienceGateway

@Suite("Remembered answers as bytes")
struct CacheEntryBytesTests {
  private func entry(_ headers: HTTPHeaders, _ body: [UInt8]) throws -> CacheEntry {
    let varied = try #require(VariedHeaders(headers, request: ["Host": "shop", "Accept-Language": "de"]))
    return CacheEntry(
      status: .ok, headers: headers, body: ByteBuffer(bytes: body), storedAt: 1_700_000_000_000,
      freshness: Freshness(headers, now: 1_700_000_000), varied: varied, keyBytes: 3)
  }

  @Test("R4.2 an answer is read back as it was, with what it depends on and how long it is fresh")
  func roundTrip() throws {
    let headers: HTTPHeaders = [
      "Cache-Control": "max-age=60, stale-if-error=600", "Vary": "Accept-Language", "Set-Thing": "ü \"",
    ]
    for body in [[], [0, 255, 10], Array(repeating: UInt8(7), count: 70_000)] as [[UInt8]] {
      let entry = try self.entry(headers, body)
      let bytes = try #require(entry.bytes)
      let read = try #require(CacheEntry(bytes: bytes))
      #expect(read.status == entry.status && read.headers == headers && read.body == entry.body)
      #expect(read.storedAt == entry.storedAt && read.freshness == entry.freshness && read.varied == entry.varied)
      #expect(read.varied.match(["Host": "shop", "Accept-Language": "de"]))
      #expect(!read.varied.match(["Host": "shop", "Accept-Language": "en"]))
    }
  }

  @Test("R4.2 whatever else lies in the store is no answer, and never a crash")
  func damaged() throws {
    let entry = try self.entry(["Cache-Control": "max-age=60"], [1, 2, 3])
    let bytes = try #require(entry.bytes)
    for count in 0..<bytes.count - 3 { #expect(CacheEntry(bytes: Array(bytes.prefix(count))) == nil) }
    for index in 0..<4 {
      var damaged = bytes
      damaged[index] = 0xFF
      #expect(CacheEntry(bytes: damaged) == nil)
    }
    let other = String(decoding: bytes, as: UTF8.self).replacing("\"version\":1", with: "\"version\":2")
    #expect(CacheEntry(bytes: Array(other.utf8)) == nil)
  }
}
