using System.CommandLine;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary><c>--fresh</c>, and the asking that it decides about.</summary>
internal sealed class FreshOption : Option<bool>
{
    public FreshOption()
        : base("--fresh") => Description = "Ask the KMS even where the own table has the key.";

    /// <summary>Asks for a key: the own table and then the KMS, or the KMS at once.</summary>
    public Task<KeyResult> AskAsync(HostSession session, ParseResult parsed, DomainName name, Use use, CancellationToken cancellationToken) => parsed.GetValue(this)
        ? session.Client.RefreshKeyAsync(name, use, cancellationToken)
        : session.Client.GetKeyAsync(name, use, cancellationToken);
}
