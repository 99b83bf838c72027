extension ThrottleMachine.Class {
  /// Below 0 is low, 0 normal, above high.
  init(_ priority: Int) { self = priority < 0 ? .low : priority == 0 ? .normal : .high }
}

extension ThrottleMachine.Place {
  /// In a token: the epoch fits into 40 bits for as long as the clock fits into 63, as a step takes 41 ms or more.
  var word: UInt64 {
    UInt64(bitPattern: self.epoch) << 24 | (self.generation & 0x3F_FFFF) << 2 | UInt64(self.priority.rawValue)
  }

  /// Out of a token.
  init(word: UInt64) {
    self.init(
      epoch: Int64(bitPattern: word) >> 24, generation: word >> 2 & 0x3F_FFFF,
      priority: ThrottleMachine.Class(rawValue: Int(word & 3)) ?? .normal)
  }
}
