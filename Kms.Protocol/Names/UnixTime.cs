namespace Kms.Protocol;

/// <summary>Times in messages are whole seconds (docs/PROTOCOL.md section 3).</summary>
public static class UnixTime
{
    /// <summary>The time in whole seconds, as a message would carry it.</summary>
    public static DateTimeOffset Floor(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
