/// What facts about a server mean for work that it has acknowledged.
struct RedisWarnings {
  private let facts: RedisFacts
  private let synchronization: String?
  private let server: String

  init(_ facts: RedisFacts, synchronization: String?, server: String) {
    self.facts = facts
    self.synchronization = synchronization
    self.server = server
  }

  var all: [RedisWarning] { [self.persistence, self.eviction, self.failing].compactMap(\.self) }

  private var persistence: RedisWarning? {
    guard self.facts["aof_enabled"] == "1" else {
      // Redis tells no save points in INFO; that it has saved, or will, shows in these.
      let saves = (self.facts["rdb_last_save_time"] ?? "0") != "0" && self.facts["rdb_bgsave_in_progress"] != nil
      return self.warning(
        saves ? .snapshotsOnly : .notPersistent,
        "It keeps no append-only file, so acknowledged work can be lost when it stops: what is newer than the last "
          + "snapshot, or all.",
        "Set appendonly yes (CONFIG SET appendonly yes, then CONFIG REWRITE).")
    }
    switch self.synchronization {
    case "always": return nil
    case "everysec", "no":
      let often = self.synchronization == "no" ? "when the system wants" : "once a second"
      return self.warning(
        .synchronizedLate,
        "It synchronises its append-only file \(often), "
          + "so work that was acknowledged since can be lost when the machine, not the process, fails.",
        "Set appendfsync always if that is too much; writes then wait for the disk.")
    default:
      return self.warning(
        .synchronizationUnknown, "It does not tell how its append-only file is synchronised.",
        "Make sure of appendfsync, or let the user ask (ACL SETUSER … +config|get).")
    }
  }

  private var eviction: RedisWarning? {
    guard let policy = self.facts["maxmemory_policy"], policy != "noeviction", self.facts["maxmemory"] != "0" else {
      return nil
    }
    return self.warning(
      .evicts,
      "When its memory is full it throws entries away (maxmemory-policy \(policy)), acknowledged work among them.",
      "Set maxmemory-policy noeviction; writes are then refused instead.")
  }

  private var failing: RedisWarning? {
    let failed = ["aof_last_write_status", "aof_last_bgrewrite_status", "rdb_last_bgsave_status"]
      .filter { (self.facts[$0] ?? "ok") != "ok" }
    guard !failed.isEmpty else { return nil }
    return self.warning(
      .persistenceFailing, "It could not write to its disk lately (\(failed.joined(separator: ", "))).",
      "Free space on its disk, and look at its log.")
  }

  private func warning(_ kind: RedisWarning.Kind, _ detail: String, _ remedy: String) -> RedisWarning {
    RedisWarning(kind: kind, server: self.server, detail: detail, remedy: remedy)
  }
}
