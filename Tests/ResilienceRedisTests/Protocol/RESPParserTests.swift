import NIOCore
import ResilienceTesting
import Testing

@testable import ResilienceRedis

@Suite("RESP")
struct RESPParserTests {
  /// Every kind of value in its text, and what it means.
  static let examples: [(text: String, value: RESPValue)] = [
    ("+OK\r\n", .simpleString("OK")), ("+\r\n", .simpleString("")),
    ("-ERR unknown\r\n", .error(RESPError(line: "ERR unknown"))),
    (":-42\r\n", .integer(-42)), ("$5\r\nhe\r\no\r\n", .bulkString(Array("he\r\no".utf8))),
    ("$0\r\n\r\n", .bulkString([])),
    ("$-1\r\n", .null), ("*-1\r\n", .null), ("_\r\n", .null), ("*0\r\n", .array([])),
    ("*2\r\n:1\r\n*1\r\n+a\r\n", .array([.integer(1), .array([.simpleString("a")])])),
    ("#t\r\n", .boolean(true)), ("#f\r\n", .boolean(false)), (",1.5\r\n", .double(1.5)),
    (",inf\r\n", .double(.infinity)),
    (",-inf\r\n", .double(-.infinity)), (",10\r\n", .double(10)),
    ("(3492890328409238509324850943850943825024385\r\n", .bigNumber("3492890328409238509324850943850943825024385")),
    ("=7\r\ntxt:abc\r\n", .verbatim(format: "txt", Array("abc".utf8))),
    ("!5\r\nERR a\r\n", .error(RESPError(line: "ERR a"))),
    ("%2\r\n+a\r\n:1\r\n+b\r\n_\r\n", .map([.simpleString("a"), .integer(1), .simpleString("b"), .null])),
    ("~2\r\n:1\r\n:2\r\n", .set([.integer(1), .integer(2)])),
    (">2\r\n+message\r\n+x\r\n", .push([.simpleString("message"), .simpleString("x")])),
    ("|1\r\n+ttl\r\n:3600\r\n*1\r\n|1\r\n+x\r\n+y\r\n:1\r\n", .array([.integer(1)])),
    ("*1\r\n-WRONGTYPE no\r\n", .array([.error(RESPError(line: "WRONGTYPE no"))])),
  ]

  @Test("every kind of value of both versions is read")
  func reads() throws {
    for (text, value) in Self.examples { #expect(try Self.parse(text) == [value], "\(text.debugDescription)") }
  }

  @Test("bytes may come in pieces that are cut anywhere")
  func splits() throws {
    let text = Self.examples.map(\.text).joined()
    let bytes = Array(text.utf8)
    let whole = Self.examples.map(\.value)
    for size in 1...11 {
      var parser = RESPParser()
      var values: [RESPValue] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        var piece = ByteBuffer(bytes: bytes[start..<min(bytes.count, start + size)])
        parser.append(&piece)
        while let value = try parser.next() { values.append(value) }
      }
      #expect(values == whole, "in pieces of \(size)")
      var more = ByteBuffer(string: "+next\r\n")
      parser.append(&more)
      let next = try parser.next()
      #expect(next == .simpleString("next"), "nothing is left over, in pieces of \(size)")
    }
    for cut in 0...bytes.count {
      var parser = RESPParser()
      var first = ByteBuffer(bytes: bytes[..<cut])
      var second = ByteBuffer(bytes: bytes[cut...])
      var values: [RESPValue] = []
      parser.append(&first)
      while let value = try parser.next() { values.append(value) }
      parser.append(&second)
      while let value = try parser.next() { values.append(value) }
      #expect(values == whole, "cut at \(cut)")
    }
  }

  @Test(
    "what is malformed is a typed error, and stays one",
    arguments: [
      "?\r\n", "\r\n", "+a\n", "+a\rb\r\n", ":\r\n", ":1a\r\n", ":99999999999999999999\r\n", "$x\r\n", "$-2\r\n",
      "$3\r\nabcd\r\n", "$3\r\nabc\rX", "*x\r\n", "*-2\r\n", "%-1\r\n", "~-1\r\n", "_x\r\n", "#\r\n", "#x\r\n", ",\r\n",
      ",1.5x\r\n", ",0x10\r\n", "(\r\n", "(1x\r\n", "(-\r\n", "=2\r\nab\r\n", "=4\r\ntxtx\r\n", "*1\r\n>1\r\n:1\r\n",
      "!-1\r\n",
      "$?\r\n", "*?\r\n",
    ])
  func malformed(text: String) {
    var parser = RESPParser()
    var bytes = ByteBuffer(string: text)
    parser.append(&bytes)
    #expect(throws: RESPProblem.self) { while try parser.next() != nil {} }
    var more = ByteBuffer(string: "+OK\r\n")
    parser.append(&more)
    #expect(throws: RESPProblem.self) { try parser.next() }
  }

  @Test("whatever is larger than its limit is refused by what it claims, before it has come")
  func bounds() {
    let limits = RESPLimits(line: 100, message: 1_000, elements: 10, depth: 3)
    let large: [(String, RESPProblem)] = [
      ("$1001\r\n", .tooLarge("text", limit: 1_000)), ("*11\r\n", .tooLarge("number of values", limit: 10)),
      ("%6\r\n", .tooLarge("number of values", limit: 10)),
      (String(repeating: "+", count: 102), .tooLarge("line", limit: 100)),
      (String(repeating: "*1\r\n", count: 4), .tooLarge("nesting", limit: 3)),
      ("*3\r\n$400\r\n\(String(repeating: "a", count: 400))\r\n$700\r\n", .tooLarge("text", limit: 1_000)),
      ("*2\r\n*9\r\n", .tooLarge("number of values", limit: 10)),
      ("$9223372036854775807\r\n", .tooLarge("text", limit: 1_000)),
      ("*9223372036854775807\r\n", .tooLarge("number of values", limit: 10)),
    ]
    for (text, problem) in large {
      var parser = RESPParser(limits)
      var bytes = ByteBuffer(string: text)
      parser.append(&bytes)
      #expect(throws: problem, "\(text.prefix(20).debugDescription)") { while try parser.next() != nil {} }
    }
  }

  @Test("damaged bytes are values or typed errors, the same ones however they are cut")
  func fuzz() {
    var fuzzer = Fuzzer(seed: 6)
    let text = Self.examples.map(\.text).joined()
    for _ in 0..<600 {
      let start = text.index(text.startIndex, offsetBy: fuzzer.below(text.count / 2))
      let damaged = fuzzer.mutate(String(text[start...]), with: "\r\n$*%~>|_#,(=!+-:019xé")
      let bytes = Array(damaged.utf8)
      let whole = Self.outcome([bytes])
      let cut = fuzzer.below(bytes.count + 1)
      #expect(Self.outcome([Array(bytes[..<cut]), Array(bytes[cut...])]) == whole, "\(damaged.debugDescription)")
      #expect(Self.outcome(bytes.map { [$0] }) == whole, "\(damaged.debugDescription)")
    }
  }

  @Test("a refusal's text is cut where it repeats the caller's arguments")
  func redacts() {
    let error = RESPError(line: "ERR unknown command 'SECRET', with args beginning with: 'hunter2' 'x' ")
    #expect(!error.description.contains("hunter2"))
    #expect(error.code == "ERR" && error.message == "unknown command 'SECRET'")
    #expect(RESPError(line: "lower case").code == "ERR")
  }

  @Test("a command is written with lengths in bytes, so that no argument can become a command")
  func writes() throws {
    var buffer = ByteBuffer()
    RedisCommand("SET", "é\r\nDEL x", .bytes([0, 255]), 42).write(to: &buffer)
    #expect(
      Array(buffer.readableBytesView)
        == Array("*4\r\n$3\r\nSET\r\n$9\r\né\r\nDEL x\r\n$2\r\n".utf8) + [0, 255] + Array("\r\n$2\r\n42\r\n".utf8))
    var parser = RESPParser()
    parser.append(&buffer)
    #expect(
      try parser.next()
        == .array(
          ["SET", "é\r\nDEL x"].map { .bulkString(Array($0.utf8)) } + [.bulkString([0, 255]), .bulkString([52, 50])]))
  }

  private static func parse(_ text: String) throws(RESPProblem) -> [RESPValue] {
    var parser = RESPParser()
    var bytes = ByteBuffer(string: text)
    parser.append(&bytes)
    var values: [RESPValue] = []
    while let value = try parser.next() { values.append(value) }
    return values
  }

  private struct Outcome: Equatable {
    var values: [String] = []
    var problem: RESPProblem?
  }

  private static func outcome(_ pieces: [[UInt8]]) -> Outcome {
    var parser = RESPParser(RESPLimits(line: 64, message: 4_096, elements: 1_000, depth: 8))
    var outcome = Outcome()
    do {
      for piece in pieces {
        var bytes = ByteBuffer(bytes: piece)
        parser.append(&bytes)
        while let value = try parser.next() { outcome.values.append("\(value)") }
      }
    } catch {
      outcome.problem = error
    }
    return outcome
  }
}
