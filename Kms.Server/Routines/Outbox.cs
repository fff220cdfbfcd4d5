using System.Collections.Concurrent;
using System.Net;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>Writes, seals and sends what this KMS says to other KMSs.</summary>
internal sealed class Outbox(IKmsTransport transport, IKeyServerJournal journal, TimeProvider time, CancellationToken stopping)
{
    /// <summary>A neighbour's next address is tried beside the first when that is silent for so long.</summary>
    private static readonly TimeSpan NextAddressAfter = TimeSpan.FromMilliseconds(900);

    private readonly ConcurrentDictionary<DomainName, IPEndPoint> _answeredLast = new();
    private readonly Lines _lines = new(time);

    /// <summary>The time that a message written now bears.</summary>
    public DateTimeOffset Now => UnixTime.Floor(time.GetUtcNow());

    /// <summary>Where deliveries reach this KMS, seen from a neighbour; null where there is no way to it.</summary>
    public IPEndPoint? OwnAddressToward(KeyServerConfiguration configuration, Neighbour neighbour)
    {
        if (configuration.Address is { } configured) return configured;
        return neighbour.Addresses.IsEmpty || transport.LocalAddressToward(neighbour.Addresses[0]) is not { } local ? null : new IPEndPoint(local, Spec.DnsPort);
    }

    /// <summary>Writes a message to another KMS, with a MAC where both sides are set to it, else with a signature.</summary>
    /// <returns>Null where it would be too long.</returns>
    public static MessageText? Seal(KeyServerConfiguration configuration, Request message)
    {
        bool fits = configuration.FindNeighbour(message.To)?.PairwiseWith(configuration) is { } pairwise
            ? MessageText.TryAuthenticate(message, pairwise.Sending, out MessageText? text)
            : MessageText.TrySign(message, configuration.Key, out text);
        return fits ? text : null;
    }

    /// <summary>Whether a request to a neighbour would come to nothing: there is no need to write it.</summary>
    public bool IsClosedToward(Neighbour neighbour) => neighbour.Addresses.All(address => _lines.To(address).IsClosed);

    /// <summary>Sends a request to a neighbour, at the address that answered last first.</summary>
    /// <returns>Whether it was acknowledged.</returns>
    public async Task<bool> SendAsync(Neighbour neighbour, MessageText request)
    {
        bool isAcknowledged = neighbour.Addresses.Length == 1
            ? await AttemptAsync(neighbour, neighbour.Addresses[0], request, stopping).ConfigureAwait(false)
            : await AttemptAllAsync(neighbour, request).ConfigureAwait(false);
        TellEnd(isAcknowledged, JournalEventKind.Reached, request, isAcknowledged ? _answeredLast.GetValueOrDefault(neighbour.Name) : null);
        return isAcknowledged;
    }

    /// <summary>Sends an attested delivery straight to <c>reply</c> (arrow 86).</summary>
    public async Task DeliverAsync(IPEndPoint reply, MessageText delivery, MessageText attestation)
    {
        bool isAcknowledged = await ExchangeAsync(reply, delivery, attestation, stopping).ConfigureAwait(false);
        TellEnd(isAcknowledged, JournalEventKind.Delivered, delivery, reply);
    }

    /// <summary>Notes what was done.</summary>
    public void Tell(JournalEventKind kind, MessageText request, IPEndPoint? address)
    {
        Request message = (Request)request.Message;
        journal.Record(new JournalEvent(kind, message.Question, message.To, address, Path: message.Path));
    }

    /// <summary>Notes how a request ended. Where this KMS itself ends, nobody was found out of reach.</summary>
    private void TellEnd(bool isAcknowledged, JournalEventKind reached, MessageText request, IPEndPoint? address)
    {
        if (isAcknowledged || !stopping.IsCancellationRequested) Tell(isAcknowledged ? reached : JournalEventKind.Unreachable, request, address);
    }

    private async Task<bool> AttemptAllAsync(Neighbour neighbour, MessageText request)
    {
        using CancellationTokenSource done = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        List<Task<bool>> attempts = [];
        IPEndPoint? first = _answeredLast.GetValueOrDefault(neighbour.Name);
        IEnumerable<IPEndPoint> addresses = first is null ? neighbour.Addresses : neighbour.Addresses.OrderByDescending(address => address.Equals(first));
        bool isAcknowledged = false;
        foreach (IPEndPoint address in addresses)
        {
            attempts.Add(AttemptAsync(neighbour, address, request, done.Token));
            Task<bool> any = FirstAcknowledgedAsync(attempts);
            if (attempts.Count < neighbour.Addresses.Length) await Task.WhenAny(any, PauseAsync(done.Token)).ConfigureAwait(false);
            else await any.ConfigureAwait(false);
            isAcknowledged = any.IsCompletedSuccessfully && await any.ConfigureAwait(false);
            if (isAcknowledged) break;
        }
        await done.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(attempts).ConfigureAwait(false);
        return isAcknowledged;
    }

    private async Task<bool> AttemptAsync(Neighbour neighbour, IPEndPoint address, MessageText request, CancellationToken cancellation)
    {
        bool isAcknowledged = await ExchangeAsync(address, request, null, cancellation).ConfigureAwait(false);
        if (isAcknowledged) _answeredLast[neighbour.Name] = address;
        return isAcknowledged;
    }

    /// <summary>Sends one request to one address. A KMS that ends says nothing more: that its own requests ended is no failure to tell others about.</summary>
    private async Task<bool> ExchangeAsync(IPEndPoint destination, MessageText request, MessageText? attestation, CancellationToken cancellation)
    {
        if (cancellation.IsCancellationRequested) return false;
        Line line = _lines.To(destination);
        if (await line.BeginAsync(cancellation).ConfigureAwait(false) is not { } begun) return false;
        bool? isAcknowledged = null;
        try
        {
            isAcknowledged = await transport.SendAsync(destination, request, attestation, cancellation).ConfigureAwait(false);
            if (isAcknowledged == false && cancellation.IsCancellationRequested) isAcknowledged = null;
            return isAcknowledged == true;
        }
        finally
        {
            line.End(begun, isAcknowledged);
        }
    }

    /// <summary>True as soon as one attempt is acknowledged, false when all are given up.</summary>
    private static async Task<bool> FirstAcknowledgedAsync(List<Task<bool>> attempts)
    {
        List<Task<bool>> left = [.. attempts];
        while (left.Count > 0)
        {
            Task<bool> ended = await Task.WhenAny(left).ConfigureAwait(false);
            if (await ended.ConfigureAwait(false)) return true;
            left.Remove(ended);
        }
        return false;
    }

    private async Task PauseAsync(CancellationToken cancellation) =>
        await Task.Delay(NextAddressAfter, time, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
