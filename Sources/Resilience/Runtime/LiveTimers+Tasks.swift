extension LiveTimers {
  /// How many unused entries a shard keeps.
  private static var maxSpares: Int { 1_024 }

  /// Arms an alarm for a task, which has to disarm it before it ends.
  ///
  /// Takes an entry that is not in use, under the lock that arming takes anyway, so that nothing is allocated.
  func arm(task: Unmanaged<AnyObject>, at deadline: Instant) -> Unmanaged<TimerEntry> {
    let shard = Self.shard()
    let (tick, reference) = self.all[shard].lock.withLock { state in
      let reference = state.spare ?? Unmanaged.passRetained(TimerEntry())
      if state.spare != nil {
        state.spare = reference._withUnsafeGuaranteedRef { $0.next }
        state.spares -= 1
      }
      reference._withUnsafeGuaranteedRef { entry in
        entry.task = task
        entry.hasRung = false
      }
      return (Self.link(reference, at: deadline, shard, &state), reference)
    }
    self.awake(by: tick)
    return reference
  }

  /// Disarms it, and takes the entry back; true: it had cancelled the task.
  func disarm(task reference: Unmanaged<TimerEntry>) -> Bool {
    // The shard does not change while the entry is ours.
    let shard = reference._withUnsafeGuaranteedRef { Int($0.shard) }
    return self.all[shard].lock.withLock { state in
      let hasRung = reference._withUnsafeGuaranteedRef { entry in
        _ = Self.unlink(entry, &state)
        entry.task = nil
        entry.next = state.spare
        return entry.hasRung
      }
      if state.spares < Self.maxSpares {
        state.spare = reference
        state.spares += 1
      } else {
        reference.release()
      }
      return hasRung
    }
  }
}
