using DnsServerCore.ApplicationCommon;

namespace KmsApp;

/// <summary>The host's log, which never fails its writer.</summary>
internal sealed class ServerLog(IDnsServer dnsServer)
{
    /// <summary>Writes a line.</summary>
    public void Write(string line)
    {
        try
        {
            dnsServer.WriteLog(line);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // There is nowhere to say it.
        }
    }

    /// <summary>Writes a fault of ours.</summary>
    public void Write(Exception fault)
    {
        try
        {
            dnsServer.WriteLog(fault);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // There is nowhere to say it.
        }
    }
}
