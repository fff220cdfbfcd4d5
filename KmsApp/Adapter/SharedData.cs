using System.Runtime.CompilerServices;
using Kms.Protocol;
using TechnitiumLibrary.Net.Dns.ResourceRecords;

namespace KmsApp;

/// <summary>
/// The data of records with messages that go to many hosts, so that it is not made for each of them: attestations, and answers
/// that are signed. Safe for use from many threads at once.
/// </summary>
internal sealed class SharedData
{
    /// <summary>How many are kept at the most: some 3 MB.</summary>
    private const int Places = 1_024;

    private readonly Made?[] _places = new Made?[Places];

    /// <summary>The data of a record with this message.</summary>
    public DnsTXTRecordData Of(MessageText message)
    {
        // A MAC is for one receiver, an acknowledgement for one request.
        if (message.Seal.Kind != SealKind.Signature) return TxtRecord.Write(message.Text.Span);
        ref Made? place = ref _places[RuntimeHelpers.GetHashCode(message) % Places];
        if (Volatile.Read(ref place) is { } made && made.Message == message) return made.Data;
        DnsTXTRecordData data = TxtRecord.Write(message.Text.Span);
        Volatile.Write(ref place, new Made(message, data));
        return data;
    }

    private sealed record Made(MessageText Message, DnsTXTRecordData Data);
}
