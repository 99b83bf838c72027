/// What several scripts begin with.
enum LuaPrelude {
  /// The server's clock in milliseconds, and numbers as their digits.
  static let time = """
    local P = KEYS[1]
    local function now()
      local t = redis.call('TIME')
      return t[1] * 1000 + math.floor(t[2] / 1000)
    end
    local function num(x) return string.format('%.0f', x) end

    """
}
