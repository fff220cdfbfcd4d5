namespace KmsApp.Tests;

/// <summary>What may not stand in a real server's log.</summary>
internal static class ServerLogs
{
    /// <summary>Fails where an entry has a line of our code in its stack. A refused configuration is no fault: the server logs it with its stack.</summary>
    internal static void AssertNoExceptionOfOurs(string log)
    {
        string[] faults =
        [
            .. log.Split("\n[").Where(entry => entry.Contains("   at Kms", StringComparison.Ordinal) && !entry.Contains($"{typeof(SettingsException).FullName}: ", StringComparison.Ordinal)),
        ];
        Assert.IsEmpty(faults, string.Join("\n[", faults));
    }
}
