using System.Diagnostics;

namespace KmsApp.Tests;

/// <summary>Waits for what another process does.</summary>
internal static class Eventually
{
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until something is so, and fails when it is not in time.</summary>
    /// <returns>How long it took.</returns>
    internal static async Task<TimeSpan> HappensAsync(Func<Task<bool>> isSo, TimeSpan within, Func<string> what)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await isSo())
        {
            if (Stopwatch.GetElapsedTime(start) > within) Assert.Fail($"It did not happen within {within}: {what()}.");
            await Task.Delay(Rest);
        }

        return Stopwatch.GetElapsedTime(start);
    }
}
