namespace KmsApp.Tests.Cli;

/// <summary>How long a test waits for what must come; nothing waits so long when all is well.</summary>
internal static class TestWait
{
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
}
