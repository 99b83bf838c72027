/// What operators see and change of modes, toggles, notices and requests that wait for a decision.
///
/// As with ``ControlPlane``, every write is audited and in force only after it has been saved.
public protocol DegradationControl: Sendable {
  /// Decides on a mode.
  func setMode(_ request: ModeRequest, actor: String) async throws(ControlFailure) -> DegradationStatus
  /// Takes the decision back; without one nothing changes.
  func withdrawMode(reason: String, actor: String) async throws(ControlFailure) -> DegradationStatus

  /// Every toggle, sorted by name.
  func toggles() async -> [ToggleStatus]
  /// One toggle; nil where none has that name.
  func toggle(named name: String) async -> ToggleStatus?
  /// Decides on a toggle.
  func setToggle(
    _ request: ToggleRequest, named name: String, actor: String
  ) async throws(ControlFailure) -> ToggleStatus
  /// Takes the decision on a toggle back; without one nothing changes.
  func removeToggleOverride(
    named name: String, reason: String, actor: String
  ) async throws(ControlFailure) -> ToggleStatus
  /// What a toggle says to an asker; nil where none has that name.
  func evaluateToggle(_ name: String, key: String?, tier: String?) async -> ToggleEvaluation?

  /// What users are told.
  func notices() async -> NoticeList

  /// Requests in a state (nil for all), newest first.
  func reviews(_ state: ReviewItem.State?, limit: Int) async throws(ControlFailure) -> [ReviewItem]
  /// One request.
  func review(_ id: String) async throws(ControlFailure) -> ReviewItem
  /// Replaces a waiting request's body.
  func editReview(
    _ id: String, body: String, reason: String, actor: String
  ) async throws(ControlFailure) -> ReviewItem
  /// Approves a waiting request: it is sent, or only marked, as configured.
  func approveReview(_ id: String, reason: String, actor: String) async throws(ControlFailure) -> ReviewItem
  /// Discards a waiting request.
  func discardReview(_ id: String, reason: String, actor: String) async throws(ControlFailure) -> ReviewItem
}
