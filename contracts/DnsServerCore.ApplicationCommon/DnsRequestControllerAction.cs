namespace DnsServerCore.ApplicationCommon;

/// <summary>What becomes of a request.</summary>
public enum DnsRequestControllerAction
{
    /// <summary>It goes on.</summary>
    Allow = 0,

    /// <summary>It gets no response.</summary>
    DropSilently = 1,

    /// <summary>It gets REFUSED.</summary>
    DropWithRefused = 2
}
