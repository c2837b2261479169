"""What the agent and the leads say: templates with slots for bill, roof, timing and objections, English and Spanish."""

from __future__ import annotations

from random import Random
from typing import Any, NamedTuple

from aurum_data.sample.leads import Story

Texts = dict[str, tuple[str, ...]]


class Line(NamedTuple):
    """One message: who, kind, words, what the lead wants with it, mood (-1 to 1) and recognised entities."""

    sender: str
    kind: str
    text: str
    intent: str | None
    mood: float
    entities: dict[str, Any]


_ENGLISH: Texts = {
    "greet": (
        "Hi {name}, this is Aurum, the solar assistant. You asked what solar could save at your {borough} home. Do you have two minutes?",
        "Hello {name}! Thanks for using our savings calculator. May I ask a few quick questions about your home?",
        "Hi {name}, Aurum here. I can tell you in a few minutes whether solar makes sense on your roof. Shall we start?",
    ),
    "start": ("Sure, go ahead.", "Yes, I filled out the form.", "Ok but make it quick please", "Yes! My bill is killing me.", "Who is this again? ... oh right, the solar calculator. Sure."),
    "ask_bill": ("About how much is your electric bill in a typical month?", "To start: what do you pay {utility} per month, roughly?", "What does your {utility} bill come to, summer and winter averaged?"),
    "bill": ("It's around ${bill} a month.", "about ${bill}, more in july and august", "Last one was ${bill}. It used to be less.", "${bill} give or take, we run two ACs", "Somewhere near ${bill}, depends on the season."),
    "ask_roof": ("Thanks. Do you know how old the roof is, and what kind it is?", "Got it. Is your roof flat or pitched, and when was it last replaced?", "And the roof: flat or sloped? Any trees or taller buildings shading it?"),
    "roof": ("It's {roof}, maybe {age} years old.", "{roof}, we redid it about {age} years ago", "{roof}. I think {age} years? My husband would know.", "{roof} roof, {age} years, {shade}."),
    "object": ("Isn't the federal credit gone now?", "I heard these leases make it hard to sell the house.", "Is this going to damage my roof? It's {roof}.", "My neighbor's company went out of business.", "Sounds expensive, we are not ready to put down that much.", "Do I even get enough sun here? There is {shade}."),
    "reply": ("Good question. The state credit and the city's property tax abatement still apply to homeowners; your quote lists only what you can count on today.", "That is a fair worry. The installer warrants the roof penetrations, and the quote names who services the system.", "Understood. Many homeowners finance it so that the payment stays below the present bill. The quote shows cash and loan side by side.", "I hear that a lot. The estimate takes shade and orientation of your roof into account before anyone visits."),
    "ask_time": ("When would you like to have it done, if the numbers work?", "Are you looking to go ahead this year, or just comparing for now?", "What is your timeline?"),
    "time": ("{timing}.", "If it makes sense, {timing}.", "Honestly {timing}, depends on the price."),
    "ask_slot": ("A specialist can walk you through the numbers. Would {day} at {hour} work for a call?", "Can we schedule a 15 minute call, say {day} around {hour}?"),
    "slot": ("{day} works.", "{hour} is fine, please text before calling", "Can we do later that day? ... ok {hour} then", "Yes, {day} at {hour}."),
    "ask_consent": ("Is it all right if up to four installers we work with contact you at this number about your quote? Your consent is not a condition of any purchase.",),
    "consent": ("Yes, that's fine.", "ok but no more than that please", "Sure", "Yes, as long as they don't call during work."),
    "close": ("Perfect. You will get a text before the call. Have a good day, {name}!", "Thank you, {name}. Your savings estimate is on its way.", "Great, that is all I need. Thanks for your time!"),
}  # fmt: skip
_SPANISH: Texts = {
    "greet": (
        "Hola {name}, soy Aurum, el asistente solar. Usted preguntó cuánto podría ahorrar con paneles en su casa en {borough}. ¿Tiene dos minutos?",
        "¡Hola {name}! Gracias por usar nuestra calculadora. ¿Le puedo hacer unas preguntas rápidas sobre su casa?",
    ),
    "start": ("Sí, claro.", "Sí, llené el formulario.", "Bueno, pero rápido por favor", "¡Sí! La luz está carísima."),
    "ask_bill": ("¿Cuánto paga de luz en un mes normal?", "Para empezar: ¿cuánto le cobra {utility} al mes, más o menos?"),
    "bill": ("Como ${bill} al mes.", "unos ${bill}, más en el verano", "La última fue de ${bill}.", "${bill} más o menos, tenemos dos aires"),
    "ask_roof": ("Gracias. ¿Sabe qué tipo de techo es y cuántos años tiene?", "¿El techo es plano o inclinado? ¿Le dan sombra árboles o edificios?"),
    "roof": ("Es {roof}, tiene como {age} años.", "{roof}, lo arreglamos hace unos {age} años", "{roof}. Creo que {age} años, {shade}."),
    "object": ("¿No se acabó ya el crédito federal?", "Me dijeron que después es difícil vender la casa.", "¿Eso no daña el techo?", "Suena caro, ahora no podemos pagar tanto."),
    "reply": ("Buena pregunta. El crédito del estado y la rebaja del impuesto de la ciudad siguen vigentes; la cotización solo incluye lo que hoy es seguro.", "Es razonable. El instalador garantiza el techo y la cotización dice quién da el servicio.", "Entiendo. Muchos lo financian para que el pago quede por debajo del recibo actual."),
    "ask_time": ("¿Para cuándo le gustaría, si los números convienen?", "¿Piensa hacerlo este año o solo está comparando?"),
    "time": ("{timing}.", "Si conviene, {timing}.", "La verdad, {timing}."),
    "ask_slot": ("Un especialista le puede explicar los números. ¿Le sirve {day} a las {hour}?", "¿Agendamos una llamada de 15 minutos, {day} a las {hour}?"),
    "slot": ("{day} está bien.", "Sí, a las {hour}, pero mándeme un texto antes", "Sí, {day} a las {hour}."),
    "ask_consent": ("¿Está de acuerdo en que hasta cuatro instaladores le contacten a este número sobre su cotización? No es condición para comprar nada.",),
    "consent": ("Sí, está bien.", "Bueno, pero no más que esos", "Claro"),
    "close": ("Perfecto. Le llegará un texto antes de la llamada. ¡Que tenga buen día, {name}!", "Gracias, {name}. Su estimado va en camino."),
}  # fmt: skip
_SLOTS: dict[str, dict[str, dict[str, str]]] = {
    "en": {
        "roof": {"pitched_shingle": "Sloped with shingles", "other": "Not sure what it's called",
                 "flat_tilt_rack": "Flat", "flat_canopy": "Flat with a hatch", "flat_flush_ballasted": "Flat, tar"},
        "shade": {"none": "no shade at all", "light": "a little shade in the morning",
                  "moderate": "a big tree in the back", "heavy": "a tall building right next to us"},
    },
    "es": {
        "roof": {"pitched_shingle": "Inclinado, de tejas", "other": "No sé cómo se llama", "flat_tilt_rack": "Plano",
                 "flat_canopy": "Plano, con salida", "flat_flush_ballasted": "Plano, de brea"},
        "shade": {"none": "no hay sombra", "light": "un poco de sombra en la mañana",
                  "moderate": "hay un árbol grande atrás", "heavy": "hay un edificio alto al lado"},
    },
}  # fmt: skip
_TIMING = {
    "en": {"now": "as soon as possible", "soon": "in the next three months", "year": "some time this year", "later": "we are only looking for now"},
    "es": {"now": "lo antes posible", "soon": "en los próximos tres meses", "year": "este año", "later": "por ahora solo estamos viendo"},
}  # fmt: skip
_DAYS = {
    "en": ("tomorrow", "Tuesday", "Wednesday", "Thursday", "Saturday"),
    "es": ("mañana", "el martes", "el miércoles", "el jueves", "el sábado"),
}
_HOURS = ("10 am", "12:30 pm", "2 pm", "5:30 pm", "6 pm", "7 pm")
_SKIPS = 0.12  # chance that an optional exchange is left out


def language(preferred: str) -> str:
    """The language that the agent speaks with somebody."""
    return "es" if preferred == "es" else "en"


def script(rng: Random, story: Story, channel: str) -> list[Line]:
    """A whole conversation; a caller may break it off anywhere."""
    lead = story.lead
    tongue = language(lead.preferred_language)
    texts = _SPANISH if tongue == "es" else _ENGLISH
    timing = "now" if story.interest > 0.78 else "soon" if story.interest > 0.6 else "year" if story.interest > 0.4 else "later"
    bill = story.bill // 100 // 5 * 5 if rng.random() < 0.7 else story.bill // 100
    slots = {
        "name": lead.first_name or "", "borough": lead.borough, "bill": str(bill),
        "utility": "PSEG Long Island" if lead.utility == "PSEG_LI" else "Con Edison",
        "roof": _SLOTS[tongue]["roof"][lead.roof_type or "other"], "age": str(lead.roof_age_years or 1),
        "shade": _SLOTS[tongue]["shade"][lead.shading or "light"], "timing": _TIMING[tongue][timing],
        "day": rng.choice(_DAYS[tongue]), "hour": rng.choice(_HOURS),
    }  # fmt: skip

    def line(sender: str, kind: str, key: str, intent: str | None = None, mood: float = 0.0, **entities: Any) -> Line:
        text = rng.choice(texts[key]).format_map(slots)
        return Line(sender, kind, text[:1].upper() + text[1:] if channel == "email" else text, intent, mood, entities)

    lines = [
        line("agent", "greeting", "greet"),
        line("lead", "greeting", "start", "get_quote", 0.25),
        line("agent", "question", "ask_bill"),
        line("lead", "answer", "bill", "give_bill", 0.05, monthly_bill_usd=bill),
    ]
    if rng.random() > _SKIPS:
        lines += [
            line("agent", "question", "ask_roof"),
            line("lead", "answer", "roof", "describe_roof", 0.1, roof_type=lead.roof_type, roof_age_years=lead.roof_age_years),
        ]
    if rng.random() < 0.62 - 0.5 * story.interest:
        lines += [line("lead", "objection", "object", "object", -0.42), line("agent", "answer", "reply")]
    lines += [line("agent", "question", "ask_time"), line("lead", "answer", "time", "give_timing", 0.15, timing=timing)]
    if story.interest > 0.42:
        lines += [
            line("agent", "scheduling", "ask_slot"),
            line("lead", "scheduling", "slot", "schedule", 0.3, day=slots["day"], time=slots["hour"]),
        ]
        if rng.random() < 0.5:
            lines += [line("agent", "consent", "ask_consent"), line("lead", "consent", "consent", "agree", 0.2)]
    return [*lines, line("agent", "closing", "close")]


def summary(story: Story, outcome: str) -> str:
    """A sentence about a conversation for the lead's page."""
    bill = f"${story.bill // 100:,} a month"
    ends = {
        "qualified": "wants a quote", "unqualified": "not a fit for now", "callback": "asked for a call back",
        "dropped": "fell silent",
    }  # fmt: skip
    return f"Pays about {bill}, {(story.lead.shading or 'some')} shade on the roof; {ends[outcome]}."
