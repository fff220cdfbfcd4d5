namespace KmsApp.Tests;

/// <summary>What a real server's log holds of the app, and what may not stand there.</summary>
internal static class ServerLogs
{
    private const string Ours = "DNS App [" + RealKms.AppName + "]: ";

    /// <summary>The lines that the app wrote, without their times.</summary>
    internal static string[] LinesOfOurs(string log) =>
        [.. log.Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Contains(Ours, StringComparison.Ordinal)).Select(line => line[(line.IndexOf(Ours, StringComparison.Ordinal) + Ours.Length)..])];

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
