internal import Logging
internal import ResilienceConfiguration
public import ResilienceInterfaces

extension ConfigurationReloader {
  /// Changes settings: validated with everything else, saved, then put in force at once, or none of it.
  ///
  /// - Parameters:
  ///   - values: The new value of each key; nil ends the decision about it.
  ///   - reason: Why, already checked.
  ///   - actor: Who.
  ///   - store: Where decisions are kept.
  func change(
    _ values: [String: String?], reason: String, actor: String, in store: any SettingStore
  ) async throws(ControlFailure) -> SettingsStatus {
    await self.begin()
    defer { self.end() }
    let keys = values.keys.sorted()
    for key in keys { try self.check(key, isRemoved: values[key] == .some(nil)) }
    let now = self.control.clock.now
    let added = keys.compactMap { key in
      values[key]?.map { SettingDecision(key: key, text: $0, reason: reason, actor: actor, since: now) }
    }
    let next = (self.decisions.filter { values[$0.key] == nil } + added).sorted { $0.key < $1.key }
    let loaded = try self.loaded(with: next)
    let plan = ReloadPlan(from: self.gateway.configuration, to: loaded.configuration, examples: self.examples)
    let prepared = try self.prepared(plan)
    let after = SettingsInForce(loaded: loaded, decisions: next, problems: [])
    let records = keys.map { key in
      AuditRecord(
        at: now, actor: actor, action: added.contains { $0.key == key } ? "setting.override" : "setting.release",
        subject: key, reason: reason, before: self.shown(key, self.control.settingsInForce),
        after: self.shown(key, after))
    }
    do throws(ControlStoreFailure) {
      // What can fail comes before the saving: what is saved and told as not in force would come into force later.
      try await self.control.restoreOverrides(of: prepared.gateway.added, areAll: false)
      try await store.saveSettings(added, removing: keys.filter { values[$0] == .some(nil) }, recording: records)
    } catch {
      throw .storage(error)
    }
    await self.commit(prepared)
    self.decisions = next
    self.control.show(after)
    self.metrics.overrides(next.count)
    for record in records { self.tell(record) }
    return SettingsStatus(
      settings: keys.flatMap { after.status(below: $0).settings }, decisions: next, problems: [])
  }

  /// Puts in force what another instance with the same store has changed; what cannot be used is told once.
  public func followSettings(in store: any SettingStore) async {
    await self.begin()
    defer { self.end() }
    let saved: [SettingDecision]
    do throws(ControlStoreFailure) { saved = try await store.loadSettings() } catch { return }
    guard saved != self.decisions, saved != self.unusable else { return }
    do {
      let loaded = try self.loaded(with: saved)
      let plan = ReloadPlan(from: self.gateway.configuration, to: loaded.configuration, examples: self.examples)
      let prepared = try self.prepared(plan)
      try await self.control.restoreOverrides(of: prepared.gateway.added, areAll: false)
      await self.commit(prepared)
      self.decisions = saved
      self.control.show(SettingsInForce(loaded: loaded, decisions: saved, problems: []))
      self.metrics.overrides(saved.count)
      self.control.publish(
        "setting.followed", "settings that another instance has changed: \(Self.summary(plan))", .info)
      self.log.notice("settings that another instance has changed are in force: \(Self.summary(plan))")
    } catch let failure as ControlFailure {
      self.unusable = saved
      self.log.error("settings that another instance has changed cannot be used here: \(failure)")
    } catch {
      // The storage is away, and that says nothing about the settings: they are tried again the next time.
    }
  }

  private func check(_ key: String, isRemoved: Bool) throws(ControlFailure) {
    // What has been decided can always be taken back, also where a later version knows the key no more.
    if isRemoved, self.decisions.contains(where: { $0.key == key }) { return }
    let parts = key.split(separator: ".")
    let isThere =
      parts.first != "dependencies" || parts.count < 2
      || self.gateway.configuration.dependency(named: String(parts[1])) != nil
    guard let definition = SettingDefinition.of(key: key), !key.contains("*"), isThere else {
      let near = ConfigurationReference.suggestion(for: key).map { "Did you mean '\($0)'?" }
      throw .unknownSetting(key: key, remedy: near ?? "GET /api/settings lists what there is.")
    }
    if let because = definition.fixedBecause { throw .fixedSetting(key: key, because: because) }
    let inForce = self.control.settingsInForce?.loaded.settings(below: key).first
    if let because = inForce?.fixedBecause { throw .fixedSetting(key: key, because: because) }
    if isRemoved {
      throw .unknownSetting(key: key, remedy: "No operator has changed it, so there is nothing to take back.")
    }
  }

  private func loaded(with decisions: [SettingDecision]) throws(ControlFailure) -> LoadedConfiguration {
    do throws(InvalidConfigurationFile) {
      return try self.load(self.text, decisions.map(\.override))
    } catch {
      throw .invalidSettings(problems: error.problems.map(\.description))
    }
  }

  private func prepared(_ plan: ReloadPlan) throws(ControlFailure) -> Prepared {
    do {
      return try self.prepare(plan)
    } catch {
      throw .invalidSettings(problems: ["\(error)"])
    }
  }

  private func shown(_ key: String, _ settings: SettingsInForce?) -> String {
    guard let setting = settings?.status(below: key).settings.first(where: { $0.key == key }) else { return "(none)" }
    return "\(setting.value ?? "(none)") (\(setting.origin))"
  }

  private func tell(_ record: AuditRecord) {
    let message = "\(record.subject): \(record.before) → \(record.after) by \(record.actor): \(record.reason)"
    self.log.notice("\(message)", metadata: ["key": .string(record.subject)])
    self.control.feed.publish(
      at: record.at, kind: "setting.changed", subject: record.subject, message: message, severity: .warning,
      actor: record.actor)
  }
}
