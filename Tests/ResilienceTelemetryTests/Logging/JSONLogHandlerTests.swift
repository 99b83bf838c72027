import Foundation
import Logging
import Resilience
import ResilienceTelemetry
import Testing

@Suite("JSON log handler")
struct JSONLogHandlerTests {
  /// Collects lines.
  final class Sink: Sendable {
    private let lines = Lock<[String]>([])

    func write(_ line: String) { self.lines.withLock { $0.append(line) } }

    func records() throws -> [[String: String]] {
      try self.lines.withLock { $0 }.map { line in
        #expect(!line.contains("\n"))
        return try JSONDecoder().decode([String: String].self, from: Data(line.utf8))
      }
    }
  }

  let sink = Sink()

  func logger(_ provider: Logger.MetadataProvider? = nil, now: Int64 = 0) -> Logger {
    Logger(label: "tests") { [sink] label in
      JSONLogHandler(label: label, metadataProvider: provider, now: { now }, write: { sink.write($0) })
    }
  }

  @Test("R7.5 a record is one line of JSON with time, level, logger, source, message and metadata")
  func record() throws {
    var logger = self.logger(now: 1_769_903_999_123)
    logger[metadataKey: "service"] = "orchestrator"
    logger.warning("two\nlines", metadata: ["attempt": "\(3)", "a": ["b": ["c": "d"], "list": ["x", ["k": "y"]]]])
    let record = try #require(try self.sink.records().first)
    #expect(
      record == [
        "timestamp": "2026-01-31T23:59:59.123Z", "level": "warning", "logger": "tests",
        "source": "ResilienceTelemetryTests", "message": "two\nlines", "service": "orchestrator", "attempt": "3",
        "a.b.c": "d", "a.list.0": "x", "a.list.1.k": "y",
      ])
  }

  @Test("R7.5 records below the level are not written")
  func level() throws {
    self.logger().debug("hidden")
    #expect(try self.sink.records().isEmpty)
  }

  @Test(
    "R7.5 values under keys that look like a secret's are redacted",
    arguments: [
      "authorization", "Authorization", "proxy-authorization", "Set-Cookie", "cookie", "token", "accessToken",
      "X-Api-Key", "api_key", "password", "client_secret", "dbPassword",
    ])
  func redactedKeys(key: String) throws {
    self.logger().info("m", metadata: ["\(key)": "s3cr3t", "deep": ["\(key)": ["x": "s3cr3t"]], "plain": "shown"])
    let record = try #require(try self.sink.records().first)
    #expect(!record.values.contains("s3cr3t"))
    #expect(record[key] == "[redacted]")
    #expect(record["deep.\(key).x"] == "[redacted]")
    #expect(record["plain"] == "shown")
  }

  @Test("R7.5 HTTP credentials are redacted under any key")
  func redactedValues() throws {
    self.logger().info("m", metadata: ["header": "Bearer abc", "other": .stringConvertible("basic QWxhZGRpbg==")])
    let record = try #require(try self.sink.records().first)
    #expect(record["header"] == "[redacted]")
    #expect(record["other"] == "[redacted]")
  }

  @Test("The record's own metadata wins over the provider's, and that over the logger's")
  func precedence() throws {
    var logger = self.logger(Logger.MetadataProvider { ["a": "provider", "b": "provider"] })
    logger[metadataKey: "a"] = "logger"
    logger[metadataKey: "b"] = "logger"
    logger[metadataKey: "c"] = "logger"
    logger.info("m", metadata: ["a": "record"])
    let record = try #require(try self.sink.records().first)
    #expect([record["a"], record["b"], record["c"]] == ["record", "provider", "logger"])
  }

  @Test("Metadata cannot replace the handler's own members")
  func reserved() throws {
    self.logger().info("real", metadata: ["message": "forged", "level": "trace"])
    let record = try #require(try self.sink.records().first)
    #expect(record["message"] == "real")
    #expect(record["level"] == "info")
    #expect(record["metadata.message"] == "forged")
  }

  @Test(
    "Timestamps agree with the calendar",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
      (951_782_400_000, "2000-02-29T00:00:00.000Z"), (4_107_542_399_000, "2100-02-28T23:59:59.000Z"),
      (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
    ] as [(Int64, String)])
  func timestamps(milliseconds: Int64, text: String) throws {
    self.logger(now: milliseconds).info("m")
    #expect(try self.sink.records().first?["timestamp"] == text)
  }
}
