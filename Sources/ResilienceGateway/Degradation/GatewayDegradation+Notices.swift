internal import Resilience
internal import ResilienceConfiguration
internal import ResilienceDegradation
internal import ResilienceInterfaces

extension GatewayDegradation {
  /// Looks at what users should know now, publishes what is new, and says what that was.
  func updateNotices(_ readings: [DependencyReading], at now: Int64) -> [ServiceNotice] {
    let subjects = self.subjects(readings)
    let published = self.notices.withLock { $0.update(subjects, at: now) }
    for notice in published {
      self.metrics?.count(notice)
      self.feed.publish(notice)
      self.handlers.withLock { $0 }.forEach { $0(notice) }
    }
    return published
  }

  /// Tells somebody else of every notice; must be quick.
  func onNotice(_ handler: @escaping @Sendable (ServiceNotice) -> Void) {
    self.handlers.withLock { $0.append(handler) }
  }

  private func subjects(_ readings: [DependencyReading]) -> [NoticeSubject] {
    let settings = self.settings
    var subjects = readings.compactMap { reading -> NoticeSubject? in
      guard let dependency = settings.dependency(named: reading.name) else { return nil }
      return NoticeSubject(
        id: "dependency:\(reading.name)", condition: reading.isDown ? .unavailable : reading.condition,
        texts: dependency.notice.texts(of: reading.name))
    }
    for toggle in settings.toggles.features {
      guard let notice = toggle.notice else { continue }
      let status = self.toggles.status(toggle.name)
      // What somebody has switched off on purpose is not news.
      let isOff = status.map { !$0.isAvailable && $0.isEnabled } ?? false
      subjects.append(
        NoticeSubject(
          id: "toggle:\(toggle.name)", condition: isOff ? .unavailable : .healthy,
          texts: notice.texts(of: toggle.name)))
    }
    let mode = self.manager.mode
    // One subject for all modes: from one to the next nothing has recovered.
    let text = settings.modes[mode]?.notice ?? Self.usualText(mode)
    subjects.append(
      NoticeSubject(
        id: "mode", condition: text == nil ? .healthy : .unavailable,
        texts: NoticeTexts(feature: settings.service, unavailable: text)))
    return subjects
  }

  /// What users are told of a mode where nobody has written anything.
  private static func usualText(_ mode: DegradationMode) -> String? {
    switch mode {
    case .normal, .partial: nil
    case .readOnly: "{feature}: changes cannot be made at present; reading works."
    case .offline: "{feature}: shows what was known last; nothing new at present."
    case .emergency: "{feature}: works only in part at present."
    }
  }
}
