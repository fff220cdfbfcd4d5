namespace TechnitiumLibrary.Net.Dns.EDnsOptions;

/// <summary>An EDNS option.</summary>
public class EDnsOption
{
    /// <summary>An option with its parts.</summary>
    public EDnsOption(EDnsOptionCode code, EDnsOptionData data)
    {
        Code = code;
        Data = data;
    }

    /// <summary>The code.</summary>
    public EDnsOptionCode Code { get; }

    /// <summary>The data.</summary>
    public EDnsOptionData Data { get; }
}
