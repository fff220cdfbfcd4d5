using System.Security.Cryptography;
using Kms.Client;

namespace Kms.Lab;

/// <summary>Mistakes of whoever wrote a command line or a file.</summary>
internal static class Mistakes
{
    /// <summary>Does something, and says what is wrong with a command line or file instead of failing.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> ReportAsync(TextWriter output, Func<Task<int>> action)
    {
        try
        {
            return await action();
        }
        catch (Exception e) when (e is FormatException or ConfigurationException or CryptographicException or IOException or UnauthorizedAccessException)
        {
            await output.WriteLineAsync(e.Message);
            return LabCommand.Bad;
        }
    }
}
