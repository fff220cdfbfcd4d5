using System.Net;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>Whom ssh looks up, as its token <c>%H</c> says: a name, an alias, an address, or one of them as <c>[name]:port</c>.</summary>
/// <param name="Pattern">What ssh looks for in a line of known hosts.</param>
/// <param name="Name">The host's name.</param>
internal readonly record struct SshTarget(string Pattern, DomainName Name)
{
    /// <summary>Reads it.</summary>
    /// <returns>False where it is an address, or no name that could have a key: there is nobody to ask for.</returns>
    public static bool TryParse(string pattern, out SshTarget target)
    {
        target = default;
        ReadOnlySpan<char> host = pattern;
        if (host.StartsWith('['))
        {
            int end = host.LastIndexOf("]:", StringComparison.Ordinal);
            if (end < 0 || !ushort.TryParse(host[(end + 2)..], System.Globalization.NumberStyles.None, null, out _)) return false;
            host = host[1..end];
        }
        if (IPAddress.TryParse(host, out _) || !DomainName.TryParse(host.ToString(), out DomainName name)) return false;
        target = new SshTarget(pattern, name);
        return true;
    }
}
