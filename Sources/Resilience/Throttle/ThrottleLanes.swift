internal import Synchronization

/// Attempts and acceptances that threads have counted by themselves, while there is no failure that they would have to
/// be judged by.
///
/// A line per lane: [0] the place of the attempts, as in a token; [1…3] how many attempts of each class there ever
/// were; [4] how many acceptances. Only the lane's thread writes it, by plain stores; its place it changes under the
/// throttle's lock, under which all lanes are collected as well.
struct ThrottleLanes: ~Copyable, Sendable {
  /// Line 0: [0] the present place, [1] until when attempts may be counted in lanes, 0 while they may not.
  private let words = AtomicWords((LiveRuntimeLanes.count + 1) * AtomicWords.perLine)
  private let lanes = LiveRuntimeLanes.shared
  /// What of each lane was collected.
  private let collected = AtomicWords(LiveRuntimeLanes.count * Self.counters)

  private static var counters: Int { 4 }
  private static var classMask: UInt64 { 3 }

  /// The line of the thread that asks; nil if it has no lane.
  @inline(__always)
  private var own: UnsafeMutablePointer<Atomic<UInt64>>? {
    let lane = self.lanes.own
    return _fastPath(lane < LiveRuntimeLanes.count) ? self.line(lane) : nil
  }

  private func line(_ lane: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
    self.words[(lane &+ 1) &* AtomicWords.perLine]
  }

  @inline(__always)
  private static func increment(_ word: UnsafeMutablePointer<Atomic<UInt64>>) {
    word.pointee.store(word.pointee.load(ordering: .relaxed) &+ 1, ordering: .relaxed)  // nobody else writes it
  }

  /// Counts an attempt and tells its place, as in a token; nil if the lock has to decide.
  @inline(__always)
  func attempt(at now: Instant, priority: ThrottleMachine.Class) -> UInt64? {
    let until = Int64(bitPattern: self.words[1].pointee.load(ordering: .acquiring))
    guard _fastPath(now < until), let own, _fastPath(self.isPresent(own)) else { return nil }
    Self.increment(own + 1 + priority.rawValue)
    return own.pointee.load(ordering: .relaxed) | UInt64(priority.rawValue)
  }

  @inline(__always)
  private func isPresent(_ own: UnsafeMutablePointer<Atomic<UInt64>>) -> Bool {
    own.pointee.load(ordering: .relaxed) == self.words[0].pointee.load(ordering: .relaxed)
  }

  /// Counts that an attempt of this place was accepted; false if the lock has to.
  @inline(__always)
  func accept(_ place: UInt64) -> Bool {
    guard self.words[1].pointee.load(ordering: .relaxed) != 0, let own,
      own.pointee.load(ordering: .relaxed) == place & ~Self.classMask
    else { return false }
    Self.increment(own + 4)
    return true
  }

  /// Tells the machine what the lanes have counted since they were last asked; under the throttle's lock.
  func collect(into machine: inout ThrottleMachine) {
    for lane in 0..<LiveRuntimeLanes.count {
      let line = self.line(lane)
      var counts = ThrottleMachine.Counts()
      var isNews = false
      for index in 0..<Self.counters {
        let known = self.collected[lane * Self.counters + index]
        let present = (line + 1 + index).pointee.load(ordering: .relaxed)
        let news = Int(truncatingIfNeeded: present &- known.pointee.load(ordering: .relaxed))
        guard news != 0 else { continue }
        known.pointee.store(present, ordering: .relaxed)
        isNews = true
        if index < 3 { counts.attempts[index] = news } else { counts.accepts = news }
      }
      if isNews { machine.add(counts, of: ThrottleMachine.Place(word: line.pointee.load(ordering: .relaxed))) }
    }
  }

  /// Lets the lanes count for the machine's present place, or not at all; under the throttle's lock.
  func publish(_ machine: borrowing ThrottleMachine) {
    guard let (place, until) = machine.quietPlace else { return self.words[1].pointee.store(0, ordering: .releasing) }
    self.words[0].pointee.store(place.word, ordering: .relaxed)
    // This thread's lane has just been collected, so it may begin anew.
    self.own?.pointee.store(place.word, ordering: .relaxed)
    self.words[1].pointee.store(UInt64(bitPattern: until), ordering: .releasing)
  }

  /// Bytes that it holds, always the same.
  var footprint: Int { (self.words.count + self.collected.count) * 8 }
}
