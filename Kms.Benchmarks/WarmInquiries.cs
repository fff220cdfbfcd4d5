using BenchmarkDotNet.Attributes;
using Kms.Protocol;
using Kms.Server;

namespace Kms.Benchmarks;

/// <summary>
/// Inquiries that the key table answers (step 48), against the one thing that they must cost: the check of who asks. The
/// ratio shows what everything else adds.
/// </summary>
[MemoryDiagnoser]
[GroupBenchmarksBy(BenchmarkDotNet.Configs.BenchmarkLogicalGroupRule.ByCategory)]
[CategoriesColumn]
public class WarmInquiries : IDisposable
{
    private const int Batch = 2048;

    private readonly LoneKeyServer _signing = new(AuthenticationMode.Signature);
    private readonly LoneKeyServer _mac = new(AuthenticationMode.Mac);
    private RequestPacket[] _signed = [];
    private RequestPacket[] _authenticated = [];
    private MessageText[] _texts = [];
    private VerificationKey? _key;
    private PairwiseKey? _pairwise;

    [GlobalSetup]
    public async Task WarmAsync()
    {
        await _signing.AskAsync(_signing.Inquire(mac: false));
        await _mac.AskAsync(_mac.Inquire(mac: true));
        new KeyImporter(null).TryImport(_signing.HostKey.PublicKey, out _key, out _);
        _mac.HostKey.TryAgree(LoneKeyServer.Asking, _mac.Server.Configuration.Name, _mac.Key.PublicKey, sending: true, out _pairwise);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _signing.Dispose();
        _mac.Dispose();
        GC.SuppressFinalize(this);
    }

    [IterationSetup]
    public void Prepare()
    {
        _signed = [.. Enumerable.Range(0, Batch).Select(_ => _signing.Inquire(mac: false))];
        _authenticated = [.. Enumerable.Range(0, Batch).Select(_ => _mac.Inquire(mac: true))];
        _texts = [.. _signed.Select(packet => MessageText.TryParse(packet.Records[0].Text, out MessageText? text, out _) ? text : throw new InvalidOperationException("ours"))];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch), BenchmarkCategory("signature")]
    public int OneVerification() => _texts.Count(text => text.IsSignedBy(_key!));

    [Benchmark(OperationsPerInvoke = Batch), BenchmarkCategory("signature")]
    public async Task WarmInquirySignedAsync()
    {
        foreach (RequestPacket packet in _signed) await _signing.AskAsync(packet);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch), BenchmarkCategory("mac")]
    public void OneMac()
    {
        Span<byte> mac = stackalloc byte[PairwiseKey.MacSize];
        foreach (MessageText text in _texts) _pairwise!.Authenticate(text.Covered, mac);
    }

    [Benchmark(OperationsPerInvoke = Batch), BenchmarkCategory("mac")]
    public async Task WarmInquiryAuthenticatedAsync()
    {
        foreach (RequestPacket packet in _authenticated) await _mac.AskAsync(packet);
    }
}
