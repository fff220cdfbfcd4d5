using Kms.Protocol;

namespace Kms.Client;

/// <summary>
/// The host's side of KMS1: asks for the public keys of other hosts, checks what it is told, and keeps it (the seed's
/// Fig. 2 and 6, docs/PROTOCOL.md section 8). Safe for any number of callers at once. Nothing runs when nobody waits,
/// but for refreshes: an entry that is used in the last quarter of its life is handed out at once and asked for anew meanwhile.
/// </summary>
public sealed class KmsClient
{
    private readonly KmsClientEnvironment _environment;
    private readonly Refreshes _refreshes;
    private volatile Standing _standing;

    /// <summary>Makes a client.</summary>
    /// <param name="configuration">What the host knows from the start.</param>
    /// <param name="environment">Network, time, randomness, and the key table.</param>
    /// <exception cref="ConfigurationException">The configuration cannot be used; the message says why.</exception>
    public KmsClient(KmsClientConfiguration configuration, KmsClientEnvironment environment)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(environment);
        _environment = environment;
        _refreshes = new Refreshes(environment.Time);
        _standing = new Standing(configuration, environment);
    }

    /// <summary>The configuration in force.</summary>
    public KmsClientConfiguration Configuration => _standing.Configuration;

    /// <summary>
    /// Replaces the configuration while the client is in use. Who has asked already is answered under the earlier one; the
    /// key table stays, and its entries count as far as the new one trusts who attested them.
    /// </summary>
    /// <param name="configuration">The new configuration, such as <c>client.Configuration with { … }</c>.</param>
    /// <exception cref="ConfigurationException">It cannot be used; the earlier one stays in force.</exception>
    public void Reconfigure(KmsClientConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _standing = new Standing(configuration, _environment);
    }

    /// <summary>
    /// Finds the key of a host: in the own table, or by asking the KMS. Callers who ask the same at once share one inquiry.
    /// </summary>
    /// <param name="name">The host: the seed's D(B).</param>
    /// <param name="use">What the key is for.</param>
    /// <param name="cancellationToken">Ends the wait of this caller; the inquiry goes on while others wait for it.</param>
    /// <returns>
    /// What came of it. Nothing that a stranger does is an exception. Takes 7 s at most for each address of the KMS.
    /// </returns>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public Task<KeyResult> GetKeyAsync(DomainName name, Use use, CancellationToken cancellationToken = default) =>
        FindAsync(name, use, looksUp: true, cancellationToken);

    /// <summary>
    /// Asks the KMS even where the own table has an entry, for who has a reason to doubt it: the entry is about to expire, or
    /// the other side has shown another key. What is found replaces the entry; whatever else comes leaves it as it is.
    /// </summary>
    /// <inheritdoc cref="GetKeyAsync"/>
    public Task<KeyResult> RefreshKeyAsync(DomainName name, Use use, CancellationToken cancellationToken = default) =>
        FindAsync(name, use, looksUp: false, cancellationToken);

    /// <summary>
    /// Waits for the refreshes that are under way, for a process that is about to end. Those that are not done in time are given up:
    /// when it returns, nothing runs on that was begun before.
    /// </summary>
    /// <param name="patience">How long to wait at most; no time at all gives them up.</param>
    /// <param name="cancellationToken">Ends the wait, and gives them up.</param>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    public Task SettleAsync(TimeSpan patience, CancellationToken cancellationToken = default) => _refreshes.SettleAsync(patience, cancellationToken);

    private async Task<KeyResult> FindAsync(DomainName name, Use use, bool looksUp, CancellationToken cancellationToken)
    {
        Standing standing = _standing; // one configuration from the first step to the last
        Trace trace = new(_environment.Time);
        if (name.IsEmpty) return new KeyMisasked(name, use, "a name is missing");

        // Step 62 before 61: an entry counts only for the anchor that is chosen now.
        if (standing.ChooseAnchor(name) is not { } anchor)
        {
            trace.Add(HostStep.ChooseAnchor, $"no trusted KMS has a domain that holds {name}");
            return new KeyWithoutAnchor(name, use) { Trace = trace.Steps };
        }
        trace.Add(HostStep.ChooseAnchor, $"the closest trusted KMS is {anchor.Name}, which serves {anchor.Domain}");

        KeyQuestion question = new(name, use, anchor.Name);
        KeyFound? known = looksUp ? LookUp(question, anchor, trace) : null;
        if (known is not null) RefreshIfDue(known.Entry, standing, anchor, trace);
        KeyResult result = known
            ?? await AskAsync(standing, anchor, question, looksUp, trace, cancellationToken).ConfigureAwait(false);
        if (result is KeyFound found) trace.Add(HostStep.HandOver, $"the key, of algorithm {found.Key.Algorithm}, has the fingerprint {found.Key.Fingerprint}");
        return result with { Trace = trace.Steps };
    }

    /// <summary>Step 61: an entry counts until it expires, and only while the key that verified it is configured.</summary>
    private KeyFound? LookUp(KeyQuestion question, Anchor anchor, Trace trace)
    {
        if (!_environment.Table.TryFind(question, _environment.Time.GetUtcNow(), out KeyTableEntry? entry))
        {
            trace.Add(HostStep.LookUp, "the own table has no entry");
            return null;
        }
        if (!anchor.Has(entry.VerifiedBy))
        {
            trace.Add(HostStep.LookUp, $"the own table has an entry, but the key of {anchor.Name} that verified it is no longer configured");
            return null;
        }
        trace.Add(HostStep.LookUp, $"the own table has an entry that counts until {entry.Expires:u}", entry.Text);
        return new KeyFound(entry, KeySource.OwnTable);
    }

    /// <summary>Whatever comes of a refresh, the entry that was handed out stays as it is: what replaces it has passed every check.</summary>
    private void RefreshIfDue(KeyTableEntry entry, Standing standing, Anchor anchor, Trace trace)
    {
        DateTimeOffset now = _environment.Time.GetUtcNow();
        if (now < entry.Expires - (entry.Expires - entry.At) / Limits.RefreshPart || !_environment.Table.TryClaimRefresh(entry.Question, now)) return;
        trace.Add(HostStep.LookUp, "it is in the last part of its life: a refresh begins");
        _refreshes.Begin(cancelled => standing.Inquiries.AskAsync(
            entry.Question, given => new HostInquiry(standing, anchor, entry.Question, _environment).RunAsync(given), cancelled));
    }

    private async Task<KeyResult> AskAsync(
        Standing standing, Anchor anchor, KeyQuestion question, bool looksUp, Trace trace, CancellationToken cancellationToken)
    {
        KeyResult? result = await standing.Inquiries.AskAsync(question, Begin, cancellationToken).ConfigureAwait(false);
        if (result is null)
        {
            trace.Add(HostStep.Ask, "too many inquiries are under way");
            return new KeyFailed(question.Name, question.Use, FailureKind.TooManyInquiries, "too many inquiries are under way at this host");
        }
        trace.Add(result.Trace);
        return result;

        Task<KeyResult> Begin(CancellationToken cancelled)
        {
            // Between the first look and now, another caller's inquiry may have ended well.
            Trace again = new(_environment.Time);
            return looksUp && LookUp(question, anchor, again) is { } found
                ? Task.FromResult<KeyResult>(found with { Trace = again.Steps })
                : new HostInquiry(standing, anchor, question, _environment).RunAsync(cancelled);
        }
    }
}
