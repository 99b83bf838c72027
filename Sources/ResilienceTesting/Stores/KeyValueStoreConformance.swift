public import ResilienceInterfaces

/// The promises of `KeyValueStore`.
public enum KeyValueStoreConformance {
  /// One promise.
  public typealias Check = StoreCheck<any KeyValueStore>

  /// All promises; run each on a store of its own.
  public static let checks: [Check] = [
    Check("gives back what was written, byte by byte", Self.givesBack),
    Check("a version grows with every write, also over a removal and an expiry", Self.versionsGrow),
    Check("a conditional write takes place only if nobody has written meanwhile", Self.conditions),
    Check("of many writers that expect the same version exactly one succeeds", Self.oneWriterWins),
    Check("what was counted up by many writers with versions is not lost", Self.countsUp),
    Check("an entry whose time is over is not seen, and counts as absent", Self.expires),
    Check("a write without a lifetime ends an earlier one's", Self.lifetimeEnds),
    Check("keys are listed by their bytes, page by page", Self.lists),
    Check("keys that differ in their bytes are different keys", Self.bytes),
    Check("refuses keys and lifetimes that no store accepts", Self.refuses),
    Check("what was written is there after a crash", Self.survives),
  ]

  private static func givesBack(_ world: StoreWorld<any KeyValueStore>) async throws {
    let key = world.name("key")
    try await expectEqual(world.store.entry(forKey: key), nil, "an unknown key")
    let bytes = (0...255).map(UInt8.init)
    let version = try await world.store.write(
      bytes, metadata: ["user": "Zoë \"日本\" '; --", "": ""], forKey: key, if: .always, lifetime: nil)
    let entry = try unwrap(await world.store.entry(forKey: key), "the entry")
    try expectEqual(entry.value, bytes, "the value")
    try expectEqual(entry.metadata, ["user": "Zoë \"日本\" '; --", "": ""], "the metadata")
    try expectEqual(entry.version, version, "the version")
    try expectEqual(entry.expires, nil, "the end")
    try await world.write("", [])
    try await expectEqual(world.store.entry(forKey: world.name("k"))?.value, [], "an empty value")
    try await expectEqual(world.store.remove(key, if: .always), true, "removing")
    try await expectEqual(world.store.remove(key, if: .always), false, "removing again")
    try await expectEqual(world.store.entry(forKey: key), nil, "the removed key")
  }

  private static func versionsGrow(_ world: StoreWorld<any KeyValueStore>) async throws {
    let first = try await world.write("", [1])
    let second = try await world.write("", [1])
    try expect(0 < first && first < second, "versions \(first), \(second) do not grow")
    try await world.store.remove(world.name("k"), if: .version(second))
    let third = try await world.write("", [1], lifetime: world.unit)
    try expect(second < third, "after a removal \(third) follows \(second)")
    try await world.pass(units: 1)
    let fourth = try await world.write("", [1])
    try expect(third < fourth, "after an expiry \(fourth) follows \(third)")
  }

  private static func conditions(_ world: StoreWorld<any KeyValueStore>) async throws {
    let failure = try await expectFailure(.conflict, "a version of nothing") {
      try await world.write("", [1], if: .version(1))
    }
    try expectEqual(failure.version, 0, "the version found")
    let version = try await world.write("", [1], if: .absent)
    let second = try await expectFailure(.conflict, "absent") { try await world.write("", [2], if: .absent) }
    try expectEqual(second.version, version, "the version found")
    let next = try await world.write("", [2], if: .version(version))
    try await expectFailure(.conflict, "an old version") { try await world.write("", [3], if: .version(version)) }
    try await expectFailure(.conflict, "removing an old version") {
      try await world.store.remove(world.name("k"), if: .version(version))
    }
    try await expectEqual(world.store.entry(forKey: world.name("k"))?.value, [2], "the value")
    try await expectEqual(world.store.remove(world.name("k"), if: .version(next)), true, "removing")
    try await expectEqual(world.store.remove(world.name("k"), if: .absent), false, "removing what is absent")
  }

  private static func oneWriterWins(_ world: StoreWorld<any KeyValueStore>) async throws {
    let version = try await world.write("", [0])
    let won = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 1...20 {
        group.addTask {
          do {
            try await world.write("", [UInt8(number)], if: .version(version))
            return true
          } catch let failure as StoreFailure where failure.kind == .conflict { return false }
        }
      }
      return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    try expectEqual(won, 1, "writers that succeeded")
  }

  private static func countsUp(_ world: StoreWorld<any KeyValueStore>) async throws {
    try await world.write("", [0])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<5 {
        group.addTask { for _ in 0..<10 { try await self.countUp(world) } }
      }
      try await group.waitForAll()
    }
    try await expectEqual(world.store.entry(forKey: world.name("k"))?.value, [50], "the count")
  }

  private static func countUp(_ world: StoreWorld<any KeyValueStore>) async throws {
    while true {
      let entry = try unwrap(await world.store.entry(forKey: world.name("k")), "the counter")
      do {
        try await world.write("", [(entry.value.first ?? 0) + 1], if: .version(entry.version))
        return
      } catch let failure as StoreFailure where failure.kind == .conflict { continue }
    }
  }

  private static func expires(_ world: StoreWorld<any KeyValueStore>) async throws {
    try await world.write("", [1], lifetime: world.unit * 2)
    try await world.write("other", [1])
    let entry = try unwrap(await world.store.entry(forKey: world.name("k")), "the entry")
    try expect(entry.expires != nil, "the entry does not say when it ends")
    try await world.pass(units: 2)
    try await expectEqual(world.store.entry(forKey: world.name("k")), nil, "the entry whose time is over")
    let keys = try await world.store.keys(withPrefix: world.prefix, after: nil, limit: 10)
    try expectEqual(keys, [world.name("kother")], "the keys listed")
    try await expectEqual(world.store.remove(world.name("k"), if: .always), false, "removing it")
    try await world.write("", [2], if: .absent, lifetime: world.unit)
    try await world.pass(units: 1)
    _ = try await world.store.removeExpired(limit: 100)
    try await expectEqual(world.store.removeExpired(limit: 100), 0, "what is left to remove")
    try await expectEqual(world.store.entry(forKey: world.name("kother"))?.value, [1], "the entry without an end")
  }

  private static func lifetimeEnds(_ world: StoreWorld<any KeyValueStore>) async throws {
    try await world.write("", [1], lifetime: world.unit)
    try await world.write("", [2])
    try await world.pass(units: 1)
    try await expectEqual(world.store.entry(forKey: world.name("k"))?.value, [2], "the entry without an end")
  }

  private static func lists(_ world: StoreWorld<any KeyValueStore>) async throws {
    let endings = ["b", "a", "é", "Z", "a_", "a%", "aa", "\u{10FFFF}", "z"]
    for ending in endings { try await world.write(ending, [1]) }
    let all = endings.map { world.name("k" + $0) }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    var found: [String] = []
    while true {
      let page = try await world.store.keys(withPrefix: world.name("k"), after: found.last, limit: 2)
      try expect(page.count <= 2, "a page of 2 has \(page.count) keys")
      if page.isEmpty { break }
      found += page
    }
    try expectEqual(found, all, "the keys, page by page")
    let some = try await world.store.keys(withPrefix: world.name("ka_"), after: nil, limit: 10)
    try expectEqual(some, [world.name("ka_")], "a prefix that looks like a pattern")
    try await expectEqual(world.store.keys(withPrefix: "", after: nil, limit: 0), [], "a limit of 0")
  }

  private static func bytes(_ world: StoreWorld<any KeyValueStore>) async throws {
    try await world.write("\u{e9}", [1])
    try await world.write("e\u{301}", [2])
    try await expectEqual(world.store.entry(forKey: world.name("k\u{e9}"))?.value, [1], "the composed é")
    try await expectEqual(world.store.entry(forKey: world.name("ke\u{301}"))?.value, [2], "the decomposed é")
  }

  private static func refuses(_ world: StoreWorld<any KeyValueStore>) async throws {
    for key in ["", "a\u{0}b", "a\nb", String(repeating: "x", count: 513)] {
      try await expectFailure(.invalid, "the key \(key.debugDescription)") {
        try await world.store.write([1], metadata: [:], forKey: key, if: .always, lifetime: nil)
      }
    }
    for lifetime in [Duration.zero, .seconds(-1), .seconds(400_000_000)] {
      try await expectFailure(.invalid, "a lifetime of \(lifetime)") {
        try await world.write("", [1], lifetime: lifetime)
      }
    }
  }

  private static func survives(_ world: StoreWorld<any KeyValueStore>) async throws {
    guard let reopen = world.reopen else { return }
    let version = try await world.write("", [7])
    let again = try await reopen()
    let entry = try unwrap(await again.entry(forKey: world.name("k")), "the entry after a crash")
    try expectEqual(entry.version, version, "its version")
    let next = try await again.write([8], metadata: [:], forKey: world.name("k"), if: .version(version), lifetime: nil)
    try expect(next > version, "after a crash \(next) follows \(version)")
  }
}

extension StoreWorld<any KeyValueStore> {
  @discardableResult
  fileprivate func write(
    _ ending: String, _ value: [UInt8], if condition: WriteCondition = .always, lifetime: Duration? = nil
  ) async throws -> Int64 {
    try await self.store.write(
      value, metadata: [:], forKey: self.name("k" + ending), if: condition, lifetime: lifetime)
  }
}
