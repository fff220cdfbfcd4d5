using System.Net.Sockets;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>Inquiries at full rate, and ordinary queries beside them, until they are ended.</summary>
internal sealed class RunningInquiries : IAsyncDisposable
{
    private const int Workers = 4;
    private const int AnswersMeant = 50;

    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LastPatience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _ending = new();
    private readonly Task[] _running;
    private int _answers;
    private int _ordinaryAnswers;
    private int _ordinaryFailures;

    internal RunningInquiries(RealKms kms, RealHostParty host)
        : this(kms, () => host.Inquire(kms, kms.Name, host.Name), texts: 2)
    {
    }

    /// <param name="kms">The KMS asked.</param>
    /// <param name="inquire">Makes an inquiry.</param>
    /// <param name="texts">The messages in a right answer: 2 with an attestation, 1 in a refusal.</param>
    internal RunningInquiries(RealKms kms, Func<DnsMessage> inquire, int texts) => _running =
        [.. Enumerable.Range(0, Workers).Select(_ => Task.Run(() => InquireAsync(kms, inquire, texts))), Task.Run(() => AskOrdinarilyAsync(kms))];

    /// <summary>Inquiries answered rightly.</summary>
    internal int Answers => Volatile.Read(ref _answers);

    internal int OrdinaryAnswers => Volatile.Read(ref _ordinaryAnswers);

    /// <summary>Ordinary queries with a wrong answer or none in two attempts.</summary>
    internal int OrdinaryFailures => Volatile.Read(ref _ordinaryFailures);

    /// <summary>Waits until more inquiries have been answered.</summary>
    internal Task SomeAnswersAsync(TimeSpan within)
    {
        int before = Answers;
        return Eventually.HappensAsync(() => Task.FromResult(Answers >= before + AnswersMeant), within, () => "inquiries are answered");
    }

    /// <summary>Waits until more ordinary queries have been answered.</summary>
    internal Task SomeOrdinaryAnswersAsync(TimeSpan within)
    {
        int before = OrdinaryAnswers;
        return Eventually.HappensAsync(() => Task.FromResult(OrdinaryAnswers >= before + AnswersMeant), within, () => "ordinary queries are answered");
    }

    internal async Task EndAsync()
    {
        await _ending.CancelAsync();
        await Task.WhenAll(_running);
    }

    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _ending.Dispose();
    }

    private async Task InquireAsync(RealKms kms, Func<DnsMessage> inquire, int texts)
    {
        while (!_ending.IsCancellationRequested)
        {
            byte[]? response = await TryAskAsync(kms, inquire().ToArray());
            if (response is not null && DnsMessage.TryRead(response, out DnsMessage? message, out _) && KmsPacket.Texts(message.Answers).Count == texts) Interlocked.Increment(ref _answers);
        }
    }

    private async Task AskOrdinarilyAsync(RealKms kms)
    {
        byte[] query = new DnsMessage { Questions = [new DnsQuestion(kms.Domain.Value, DnsType.Soa)] }.ToArray();
        while (!_ending.IsCancellationRequested)
        {
            byte[]? response = await TryAskAsync(kms, query) ?? await TryAskAsync(kms, query, LastPatience);
            bool isRight = response is not null && DnsMessage.TryRead(response, out DnsMessage? message, out _) && message is { AuthoritativeAnswer: true, Answers.Count: 1 };
            Interlocked.Increment(ref isRight ? ref _ordinaryAnswers : ref _ordinaryFailures);
        }
    }

    /// <summary>One attempt; the update of an app may cost the packets that are on their way.</summary>
    private static async Task<byte[]?> TryAskAsync(RealKms kms, byte[] packet, TimeSpan? patience = null)
    {
        try
        {
            return await RawDns.AskUdpAsync(kms.Server.Dns, packet, patience ?? Patience);
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            return null;
        }
    }
}
