using System.Diagnostics;

namespace Kms.Client;

/// <summary>
/// A file that is held open by one at a time, so that processes take turns. The system lets go of it for one that was killed. It stays
/// when it is let go of: were it deleted, two could hold two files of its name.
/// </summary>
internal static class LockFile
{
    /// <summary>As long for who has waited long as for who comes now, so that nobody waits much longer than others.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(4);

    /// <summary>Waits for the turn.</summary>
    /// <param name="path">The file; it is made where there is none, in a folder that is there.</param>
    /// <param name="patience">How long to wait at the most.</param>
    /// <returns>What to dispose of when done; null where others hold it all that time.</returns>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static FileStream? TryTake(string path, TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, OwnersOnly.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite));
            }
            catch (IOException e) when (IsHeldByAnother(e))
            {
                if (Stopwatch.GetElapsedTime(start) >= patience) return null;

                // The platform offers no wait for a file's lock that ends in time and is let go of at a holder's death.
                Thread.Sleep(Pause);
            }
        }
    }

    /// <summary>ERROR_SHARING_VIOLATION, or what flock(2) says of a file that is locked: EWOULDBLOCK, by the system's number.</summary>
    private static bool IsHeldByAnother(IOException e) =>
        (e.HResult & 0xFFFF) == (OperatingSystem.IsWindows() ? 32 : OperatingSystem.IsLinux() ? 11 : 35);
}
