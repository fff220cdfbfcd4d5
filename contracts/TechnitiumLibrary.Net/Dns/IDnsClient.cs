namespace TechnitiumLibrary.Net.Dns;

/// <summary>What resolves questions.</summary>
public interface IDnsClient
{
    /// <summary>Resolves the question, with recursion.</summary>
    Task<DnsDatagram> ResolveAsync(DnsQuestionRecord question, CancellationToken cancellationToken = default);
}
